import type { ByteSource } from '../../formats/elf/byte-source.ts';
import { readElf } from '../../formats/elf/elf-file.ts';
import { FormatError } from '../../formats/format-error.ts';

/** What an extension module asks of the interpreter that loads it. */
export function pythonSymbolsOf(source: ByteSource): string[] {
  const names: string[] = [];
  try {
    readElf(source).symbols?.forEachUndefined((name) => {
      if (/^_?Py[A-Z_]/.test(name)) names.push(name);
    });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return names;
}
