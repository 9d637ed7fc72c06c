import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { overlayOptions } from './overlay.ts';
import { Refused } from './refused.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);
const env = { LIBMOUNT_FORCE_MOUNT2: 'always', LC_ALL: 'C' };

type MountTools = Pick<Tools, 'mount' | 'umount'>;

/** Has a stack of layers mounted, to be read, while `use` is at work. */
export async function withLayers<Value>(
  tools: MountTools,
  folder: string,
  layers: readonly string[],
  use: (root: string) => Value | Promise<Value>,
): Promise<Value> {
  const place = mkdtempSync(join(folder, 'mounted-'));
  mkdirSync(join(place, 'root'));
  try {
    return await withOverlay(tools, place, overlayOptions(place, layers, { writable: false }), use);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Has a stack mounted whose changes go to `folder/result/fs`; see `makeOverlayFolders`. */
export function withWritableLayers<Value>(
  tools: MountTools,
  folder: string,
  layers: readonly string[],
  use: (root: string) => Value | Promise<Value>,
): Promise<Value> {
  return withOverlay(tools, folder, overlayOptions(folder, layers, { writable: true }), use);
}

async function withOverlay<Value>(
  { mount, umount }: MountTools,
  folder: string,
  options: string,
  use: (root: string) => Value | Promise<Value>,
): Promise<Value> {
  try {
    await run(mount, ['-n', '-t', 'overlay', '-o', options, 'overlay', 'root'], { cwd: folder, env });
  } catch (error) {
    throw new Refused('overlay', (error as { stderr?: string }).stderr?.trim() ?? String(error));
  }
  const root = join(folder, 'root');
  try {
    return await use(root);
  } finally {
    await run(umount, ['-n', '-l', root]);
  }
}
