import { chmodSync, constants, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RootFiles } from './files-in-root.ts';
import { withLayers } from './mounted-layers.ts';
import type { ExportAnswer, ExportRequest } from './protocol.ts';
import type { Tools } from './tools.ts';

/** Copies what the patterns match to `folder/files`, each under its number in the answer. */
export async function exportFiles(request: ExportRequest, tools: Tools): Promise<ExportAnswer> {
  const { folder, layers, paths } = request;
  const [single] = layers;
  if (layers.length === 1) return copyOut(single!, folder, paths);
  return withLayers(tools, folder, layers, (root) => copyOut(root, folder, paths));
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
