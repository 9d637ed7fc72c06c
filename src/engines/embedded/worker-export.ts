import { execFile } from 'node:child_process';
import { chmodSync, constants, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RootFiles } from './files-in-root.ts';
import { overlayOptions } from './overlay.ts';
import type { ExportAnswer, ExportRequest } from './protocol.ts';
import { Refused } from './refused.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);

/** Copies what the patterns match to `folder/files`, each under its number in the answer. */
export async function exportFiles(request: ExportRequest, tools: Tools): Promise<ExportAnswer> {
  const { folder, layers, paths } = request;
  const [single] = layers;
  if (layers.length === 1) return copyOut(single!, folder, paths);
  const root = join(folder, 'root');
  mkdirSync(root);
  await mountLayers(tools, folder, layers);
  try {
    return copyOut(root, folder, paths);
  } finally {
    await run(tools.umount, ['-n', '-l', root]);
    rmSync(root, { recursive: true });
  }
}

async function mountLayers(tools: Tools, folder: string, layers: readonly string[]): Promise<void> {
  const options = overlayOptions(folder, layers, false);
  const env = { LIBMOUNT_FORCE_MOUNT2: 'always', LC_ALL: 'C' };
  try {
    await run(tools.mount, ['-n', '-t', 'overlay', '-o', options, 'overlay', 'root'], { cwd: folder, env });
  } catch (error) {
    throw new Refused('overlay', (error as { stderr?: string }).stderr?.trim() ?? String(error));
  }
}

function copyOut(root: string, folder: string, paths: readonly string[]): ExportAnswer {
  const files = new RootFiles(root);
  const found = paths.map((pattern) => ({ pattern, matches: files.find(pattern) }));
  const missing = found
    .filter(({ matches }) => matches.length === 0)
    .map(({ pattern }) => files.missing(pattern));
  const all = [...new Map(found.flatMap(({ matches }) => matches).map((file) => [file.path, file])).values()];
  mkdirSync(join(folder, 'files'));
  for (const [index, { real }] of all.entries()) {
    const copy = join(folder, 'files', String(index));
    copyFileSync(real, copy, constants.COPYFILE_FICLONE);
    chmodSync(copy, 0o600);
  }
  return { files: all.map(({ path, executable }) => ({ path, executable })), missing };
}
