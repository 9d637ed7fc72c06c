import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sha256OfValue } from '../../base/sha256.ts';
import { sha256OfFile } from '../../base/sha256-of-file.ts';
import { Failure } from '../../report/failure.ts';
import type { FolderEntry, Input } from '../engine.ts';
import { statOfSource } from '../source-name.ts';

/** All that is in a folder, as an input of a build. */
export async function readFolder(folder: string): Promise<Input> {
  const entries: FolderEntry[] = [];
  await readInto(entries, folder, '');
  return { kind: 'folder', key: sha256OfValue(entries), folder, entries };
}

async function readInto(entries: FolderEntry[], folder: string, inside: string): Promise<void> {
  // Whoever waits for an answer of ours gets one between two folders.
  await setImmediate();
  for (const name of readdirSync(join(folder, inside)).sort()) {
    const path = inside === '' ? name : `${inside}/${name}`;
    const from = join(folder, path);
    const stats = statOfSource(folder, path);
    // It vanished since the folder was listed.
    if (stats === undefined) continue;
    if (stats.isSymbolicLink()) entries.push({ type: 'link', path, target: readlinkSync(from) });
    else if (stats.isFile()) {
      const executable = (stats.mode & 0o100) !== 0;
      entries.push({ type: 'file', path, executable, sha256: hashOf(from) });
    } else if (stats.isDirectory()) {
      entries.push({ type: 'folder', path });
      await readInto(entries, folder, path);
    }
  }
}

function hashOf(path: string): string {
  try {
    return sha256OfFile(path);
  } catch (error) {
    throw new Failure('source-unreadable', `a source file can't be read: ${path}`, { cause: error });
  }
}
