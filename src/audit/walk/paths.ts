/**
 * Names in archives that would leave the folder they are unpacked to: absolute, with `..`, or below a link that the
 * archive itself brings. Whether a program that unpacks falls for them is luck; no honest archive has them.
 */
export class PathCheck {
  readonly #escapingLinks = new Set<string>();

  /** What is wrong with a name, if anything is. */
  member(path: string): string | undefined {
    if (path.startsWith('/')) return 'an absolute path';
    const parts = path.split('/');
    if (parts.includes('..')) return 'a path with `..` in it';
    if (this.#escapingLinks.size === 0) return undefined;
    let parent = '';
    for (const part of parts.slice(0, -1)) {
      parent = parent === '' ? part : `${parent}/${part}`;
      if (this.#escapingLinks.has(parent))
        return `a path below the link ${parent}, which leads out of the archive`;
    }
    return undefined;
  }

  link(path: string, target: string): void {
    const depth = path.split('/').filter((part) => part !== '' && part !== '.').length - 1;
    if (target.startsWith('/') || leaves(target, depth)) this.#escapingLinks.add(path.replace(/\/+$/, ''));
  }
}

function leaves(target: string, depth: number): boolean {
  let at = depth;
  for (const part of target.split('/')) {
    if (part === '..') at--;
    else if (part !== '' && part !== '.') at++;
    if (at < 0) return true;
  }
  return false;
}

/** `./usr/bin/x` is how tar says `usr/bin/x`. */
export function cleanPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, '');
}
