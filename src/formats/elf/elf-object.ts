import { FormatError } from '../format-error.ts';
import type { ByteSource } from './byte-source.ts';
import { readElfHeader, type ElfProblem } from './elf-header.ts';
import { ElfView } from './elf-view.ts';

const SHT_SYMTAB = 2;
const MOST_TABLE = 256 * 1024 * 1024;

/** Calls `visit` with each symbol that an object file leaves for others to define. Throws a FormatError where it can't. */
export function forEachReference(source: ByteSource, visit: (symbol: string) => void): void {
  const problems: ElfProblem[] = [];
  const header = readElfHeader(source, problems);
  const symbols = header.sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = symbols && header.sections[symbols.link];
  if (!symbols || !strings) return;
  const least = header.wide ? 24 : 16;
  for (const { offset, size } of [symbols, strings]) {
    if (size > MOST_TABLE || offset + size > source.size) {
      throw new FormatError('elf', 'a symbol table that goes past the end of the file', offset);
    }
  }
  const entry = Math.max(least, symbols.entry);
  const table = new ElfView(source.read(symbols.offset, symbols.size), header.little, header.wide);
  const names = new ElfView(source.read(strings.offset, strings.size), header.little, header.wide);
  const section = header.wide ? 6 : 14;
  let text = 0;
  for (let at = entry; at + entry <= table.length; at += entry) {
    if (table.u16(at + section) !== 0) continue;
    const start = table.u32(at);
    const name = names.string(start);
    text += name === undefined ? Math.max(0, names.length - start) : name.length;
    if (text > MOST_TABLE) throw new FormatError('elf', 'names that add up to too much', strings.offset);
    if (name !== undefined && name !== '') visit(name);
  }
}
