/**
 * From build to build most files of a project stay as they are. So what was laid down the last time gives them to the next
 * layer, by hard links: both are only ever read. It is found by what was noted then, and where it is gone, files are copied.
 */
import { sha256OfValue } from '../../base/sha256.ts';
import type { Store } from '../../store/store.ts';
import type { FolderInput } from '../engine.ts';
import type { EarlierFiles } from './copy-layer.ts';
import type { Results } from './results.ts';

interface LaidDown {
  /** Of the layer. */
  readonly key: string;
  /** A line for each file: what `contentWord` says of it, and its path in the layer. One text: there may be many. */
  readonly files: string;
}

interface LaidBy {
  readonly store: Store;
  readonly results: Results;
  /** The digest of the vertex: the same files of another project, or for another state, are another layer. */
  readonly vertex: string;
  readonly input: FolderInput;
  readonly destination: string;
}

const recordKind = 'laid-down';

export async function earlierFiles(laid: LaidBy): Promise<EarlierFiles> {
  const record = await laid.store.readRecord<LaidDown>(recordKind, recordKey(laid));
  const layer = record && laid.results.layer(record.key);
  if (layer === undefined) return () => undefined;
  const files = new Map<string, string>();
  for (const line of record!.files.split('\n')) {
    const end = line.indexOf(' ');
    files.set(line.slice(0, end), line.slice(end + 1));
  }
  return (file) => {
    const path = files.get(contentWord(file));
    return path === undefined ? undefined : `${layer}/${path}`;
  };
}

export async function noteLaid(laid: LaidBy, key: string): Promise<void> {
  const { input, destination } = laid;
  const lines = input.entries.flatMap((entry) =>
    entry.type === 'file' && !entry.path.includes('\n')
      ? [`${contentWord(entry)} ${destination}/${entry.path}`]
      : [],
  );
  const record: LaidDown = { key, files: lines.join('\n') };
  await laid.store.writeRecord(recordKind, recordKey(laid), record);
}

function recordKey({ input, vertex }: LaidBy): string {
  return sha256OfValue({ folder: input.folder, vertex });
}

function contentWord({ sha256, executable }: Parameters<EarlierFiles>[0]): string {
  return `${sha256}${executable ? 'x' : ''}`;
}
