import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globToRegExp, isGlob } from '../../base/glob.ts';
import { ifAny } from '../../base/if-any.ts';

interface Listing {
  /** Of regular files, relative to the folder, sorted. */
  readonly files: readonly string[];
  /** Folders that could not be listed, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * All regular files below a folder. Links are not followed: what they lead to is either found by itself or is elsewhere,
 * and so a circle of links is no circle. git's own folder is left out.
 */
export function listFiles(folder: string): Listing {
  const files: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    try {
      for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isFile()) files.push(path);
        else if (entry.isDirectory() && entry.name !== '.git') waiting.push(path);
      }
    } catch (error) {
      unreadable.push({ path: at, reason: (error as Error).message });
    }
  }
  return { files: files.sort(), unreadable };
}

/** The files and folders that a word means: itself where there is such a file, else what it matches as a glob. */
export function expandPath(word: string, cwd: string): string[] {
  if (!isGlob(word) || existsSync(resolve(cwd, word))) return [word];
  const parts = word.split('/');
  const first = parts.findIndex(isGlob);
  const base = parts.slice(0, first).join('/');
  const folder = word.startsWith('/') ? `${base}/` : base === '' ? cwd : join(cwd, base);
  return matches(folder, parts.slice(first)).map((path) => (first === 0 ? path : `${base}/${path}`));
}

/** Level by level, so that `*.whl` lists one folder and not all below it. */
function matches(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  if (part === '**') {
    const pattern = globToRegExp(parts.join('/'));
    return listFiles(folder).files.filter((path) => pattern.test(path));
  }
  const pattern = globToRegExp(part);
  const entries = ifAny(() => readdirSync(folder, { withFileTypes: true }), []);
  const hidden = part.startsWith('.');
  return entries
    .filter(({ name }) => pattern.test(name) && (hidden || !name.startsWith('.')))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) =>
      rest.length === 0 ? [name] : matches(join(folder, name), rest).map((path) => `${name}/${path}`),
    );
}
