import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the cgroup of this process says under a name, and each one around it, the own first; nothing where none says a
 * number. `old` is the name in version 1, after that of its controller.
 */
export function cgroupNumbers(name: string, old: string, form = /^(\d+)$/m): number[] {
  return cgroupFiles(name, old)
    .map((text) => form.exec(text.trim())?.[1])
    .filter((word) => word !== undefined)
    .map(Number);
}

function cgroupFiles(name: string, old: string): string[] {
  const [, own] = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup')) ?? [];
  const found = (own === undefined ? [] : foldersUp(own)).map((folder) =>
    read(join('/sys/fs/cgroup', folder, name)),
  );
  const texts = found.filter((text) => text !== '');
  return texts.length > 0 ? texts : [read(join('/sys/fs/cgroup', old))];
}

function foldersUp(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from(
    { length: parts.length + 1 },
    (_, index) => `/${parts.slice(0, parts.length - index).join('/')}`,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
