import { cpus, parseArch, type Arch } from '../../abi/cpu.ts';
import { Failure } from '../../report/failure.ts';
import { suggest } from '../../report/suggest.ts';

/** The CPUs of a command line: `x64,arm64`, by any of their names. */
export function namedArches(words: string | undefined): readonly Arch[] {
  if (words === undefined) return [];
  return words.split(',').map((word) => {
    const arch = parseArch(word.trim());
    if (arch !== undefined) return arch;
    const names = cpus.map((cpu) => cpu.arch);
    throw new Failure('usage', `"${word}" is no CPU that Targetry knows`, {
      hint: suggest(word, names, 'they are'),
    });
  });
}
