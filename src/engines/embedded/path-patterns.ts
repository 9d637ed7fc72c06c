/**
 * A pattern for paths as `.dockerignore` has them, and for single names as Go's `filepath.Match` has them: `*` and `?` stop
 * at `/`, `**` doesn't, `[^a-z]` is a set, and `\` takes the next character as it is. Names may begin with a dot.
 */
export function pathPattern(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const set = char === '[' ? /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(pattern.slice(at)) : null;
    if (char === '*' && pattern[at + 1] === '*') {
      const folders = pattern[at + 2] === '/';
      source += folders ? '(?:.*/)?' : '.*';
      at += folders ? 2 : 1;
    } else if (char === '*') {
      source += '[^/]*';
    } else if (char === '?') {
      source += '[^/]';
    } else if (set !== null) {
      source += `[${set[1]}${set[2]!.replaceAll('[', String.raw`\[`)}]`;
      at += set[0].length - 1;
    } else if (char === '\\' && at + 1 < pattern.length) {
      source += literal(pattern[++at]!);
    } else {
      source += literal(char);
    }
  }
  return new RegExp(`^${source}$`, 's');
}

export function hasWildcard(name: string): boolean {
  return /[*?[]/.test(name.replaceAll(/\\./gs, ''));
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}

/** Patterns of which the last that matches decides; `!` takes back. What matches a folder matches all that is in it. */
export class PathPatterns {
  readonly #rules: readonly { readonly regex: RegExp; readonly takesBack: boolean }[];

  constructor(patterns: readonly string[]) {
    this.#rules = patterns.map((written) => {
      const takesBack = written.startsWith('!');
      const path = written.slice(takesBack ? 1 : 0).replaceAll(/^\/+|\/+$/g, '');
      return { regex: pathPattern(path), takesBack };
    });
  }

  get empty(): boolean {
    return this.#rules.length === 0;
  }

  /** Whether some pattern takes back what another one matched. */
  get takesBack(): boolean {
    return this.#rules.some((rule) => rule.takesBack);
  }

  /** Of a path without a `/` at its start. */
  match(path: string): boolean {
    const names = path.split('/');
    const all = names.map((_, index) => names.slice(0, index + 1).join('/'));
    const last = this.#rules.findLast(({ regex }) => all.some((one) => regex.test(one)));
    return last !== undefined && !last.takesBack;
  }
}
