import { chmodSync, createReadStream } from 'node:fs';
import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Location } from '../../report/diagnostic.ts';
import type { Store } from '../../store/store.ts';
import { missingFailure } from '../missing-file.ts';
import type { ExportAnswer } from './protocol.ts';

/** A file that came out of a state before: known by its hash, so that nothing has to be mounted to bring it again. */
interface ExportedFile {
  readonly path: string;
  readonly executable: boolean;
  readonly sha256: string;
}

interface ExportRecord {
  readonly files: readonly ExportedFile[];
}

const recordKind = 'export';

/** What a state was found to hold before, where all of it is still here. */
export async function knownExport(store: Store, key: string): Promise<ExportRecord | undefined> {
  const record = await store.readRecord<ExportRecord>(recordKind, key);
  return record?.files.every(({ sha256 }) => store.hasBlob(sha256)) === true ? record : undefined;
}

/** Takes what the worker brought out, in `folder/files`, into the store. */
export async function keepExport(
  store: Store,
  key: string,
  folder: string,
  { files, missing }: ExportAnswer,
  at: Location | undefined,
): Promise<ExportRecord> {
  const [first] = missing;
  if (first !== undefined) throw missingFailure(first, at);
  const kept: ExportedFile[] = [];
  for (const [index, { path, executable }] of files.entries()) {
    const { sha256 } = await store.addBlob(createReadStream(join(folder, 'files', String(index))));
    kept.push({ path, executable, sha256 });
  }
  const record = { files: kept };
  await store.writeRecord(recordKind, key, record);
  return record;
}

export async function bringOut(store: Store, { files }: ExportRecord, into: string): Promise<void> {
  for (const { path, executable, sha256 } of files) {
    const to = join(into, path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(store.blobPath(sha256), to, constants.COPYFILE_FICLONE);
    chmodSync(to, executable ? 0o755 : 0o644);
  }
}
