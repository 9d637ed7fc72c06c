import type { CompileCommand } from '../toolchain/compile-command.ts';

/** What `targetry cc --explain` answers. */
export function renderCompile({ words, added, headers, libraries, interpreter }: CompileCommand): string {
  const width = Math.max(0, ...added.map(({ words: own }) => shellWords(own).length));
  const sections = [
    [shellWords(words)],
    ['added:', ...added.map(({ words: own, reason }) => `  ${shellWords(own).padEnd(width)}  ${reason}`)],
    ['headers are looked for in what you name with -I, then in:', ...headers.map((path) => `  ${path}`)],
    ['start files and libraries are looked for in:', ...libraries.map((path) => `  ${path}`)],
    [interpreter === undefined ? 'no program starts the result' : `the result is started by ${interpreter}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
