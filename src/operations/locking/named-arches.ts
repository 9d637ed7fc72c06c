import { cpus, parseArch, type Arch } from '../../abi/cpu.ts';
import { nearest } from '../../base/nearest.ts';
import { Failure } from '../../report/failure.ts';

/** The CPUs of a command line: `x64,arm64`, by any of their names. */
export function namedArches(words: string | undefined): readonly Arch[] {
  if (words === undefined) return [];
  return words.split(',').map((word) => {
    const arch = parseArch(word.trim());
    if (arch !== undefined) return arch;
    const names = cpus.map((cpu) => cpu.arch);
    const [near] = nearest(word, names);
    throw new Failure('usage', `"${word}" is no CPU that Targetry knows`, {
      hint: near === undefined ? `they are ${names.join(', ')}` : `did you mean ${near}?`,
    });
  });
}
