/** Whether a word has anything in it that a glob takes for more than itself. */
export function isGlob(word: string): boolean {
  return /[*?[{]/.test(word);
}

/** `*`, `?`, `[a-z]`, `[!a]` and `{a,b}` within one part of a path, and `**` for any number of parts. */
export function globToRegExp(glob: string): RegExp {
  let source = '';
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at]!;
    const set = char === '[' ? /^\[(!?)([^\]/]+)\]/.exec(glob.slice(at)) : null;
    if (char === '*' && glob[at + 1] === '*') {
      const wholeParts = glob[at + 2] === '/';
      source += wholeParts ? '(?:[^/]+/)*' : '.*';
      at += wholeParts ? 2 : 1;
    } else if (char === '*') {
      source += '[^/]*';
    } else if (char === '?') {
      source += '[^/]';
    } else if (set !== null) {
      source += `[${set[1] === '!' ? '^' : ''}${set[2]!.replace(/[\\^]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (char === '{' && glob.includes('}', at)) {
      source += '(?:';
      braces++;
    } else if (char === '}' && braces > 0) {
      source += ')';
      braces--;
    } else if (char === ',' && braces > 0) {
      source += '|';
    } else {
      source += char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    }
  }
  return new RegExp(`^${source}${')'.repeat(braces)}$`, 'u');
}
