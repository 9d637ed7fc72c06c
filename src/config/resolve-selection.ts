import { cpus, parseArch } from '../abi/cpu.ts';
import { isLibc, libcs } from '../abi/libc.ts';
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import type { Selection } from './project.ts';
import type { SelectionContent } from './schema.ts';

/** The names that a selection may hold. */
export interface Selectable {
  readonly targets: readonly string[];
  readonly environments: readonly string[];
}

export function resolveSelection(
  written: SelectionContent,
  path: Path,
  names: Selectable,
  findings: Findings,
): Selection {
  const each = (property: keyof Selection, check: (word: string, at: Path) => string) => {
    const words = written[property];
    if (words === undefined) return {};
    if (typeof words === 'string') return { [property]: [check(words, [...path, property])] };
    return { [property]: words.map((word, index) => check(word, [...path, property, index])) };
  };
  const known = (what: string, all: readonly string[]) => (word: string, at: Path) => {
    if (!all.includes(word)) findings.unknown('config-name-unknown', what, word, all, at);
    return word;
  };
  return {
    ...each('target', known('target', names.targets)),
    ...each('environment', known('environment', names.environments)),
    ...each('arch', (word, at) => {
      const arch = parseArch(word);
      const all = cpus.map((cpu) => cpu.arch);
      if (!arch) findings.unknown('config-value', 'CPU', word, all, at);
      return arch ?? word;
    }),
    ...each('libc', (word, at) => {
      if (!isLibc(word)) findings.unknown('config-value', 'libc', word, libcs, at);
      return word;
    }),
  };
}
