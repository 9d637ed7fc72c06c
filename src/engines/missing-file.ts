/** What exports ask for, and what is said where nothing is there. */
import { join } from 'node:path';
import { nearest } from '../base/nearest.ts';
import type { Location } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';

export interface MissingFile {
  readonly pattern: string;
  /** The deepest folder of the pattern that exists. */
  readonly folder: string;
  readonly entries: readonly string[];
  /** It is there, but it is a folder, a device … */
  readonly other: string | undefined;
}

export function isPattern(segment: string): boolean {
  return /[*?[]/.test(segment);
}

/** Of one name: `*`, `?`, `[…]`. Names that start with a dot must be asked for. */
export function namePattern(pattern: string): (name: string) => boolean {
  const source = pattern.replaceAll(/\[!?[^\]]+\]|[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (token.length > 1) return token.replace('[!', '[^').replaceAll('\\', '\\\\');
    return token.replace(/[.+^${}()|[\]\\]/, String.raw`\$&`);
  });
  const regex = new RegExp(`^${source}$`, 'su');
  return (name) => regex.test(name) && (pattern.startsWith('.') || !name.startsWith('.'));
}

export function missingFailure(
  { pattern, folder, entries, other }: MissingFile,
  at: Location | undefined,
): Failure {
  const wanted = pattern.slice(folder === '/' ? 1 : folder.length + 1).split('/')[0] ?? '';
  const near = nearest(wanted, entries);
  const shown = near.length > 0 ? near : entries.slice(0, 12);
  const more = entries.length - shown.length;
  const held =
    shown.length === 0
      ? `${folder} is empty`
      : `${folder} holds ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new Failure('artifact-missing', `the steps left no file ${pattern}`, {
    why: other === undefined ? held : `${pattern} is ${other}`,
    hint: near.length > 0 ? `did the path mean ${join(folder, near[0]!)}?` : undefined,
    at,
  });
}
