import { tags, type DynamicSection } from './elf-dynamic.ts';
import type { ElfHeader } from './elf-header.ts';
import type { ElfView } from './elf-view.ts';

const SHT_DYNSYM = 11;
const STB_WEAK = 2;
/** Indexes of versions have 15 bits, so no file can use more. */
const MOST_VERSIONS = 1 << 15;
const VERSION_BITS = 0x7fff;
const VER_FLG_WEAK = 2;

/** One version that the file asks of one library. */
export interface VersionNeed {
  readonly library: string;
  readonly version: string;
  /** VER_FLG_WEAK: the loader goes on where the library doesn't have it. */
  readonly weak: boolean;
  /** By which symbols refer to it. */
  readonly index: number;
}

export function readVersionNeeds(dynamic: DynamicSection): VersionNeed[] {
  const address = dynamic.get(tags.verneed);
  if (address === undefined) return [];
  const place = dynamic.place(address);
  if (!place) {
    dynamic.problem('the table of needed versions is at an address that no segment loads', dynamic.offset);
    return [];
  }
  // Its size is nowhere but in its own chain, so the window grows with it.
  for (let window = 8192; ; window *= 8) {
    const view = dynamic.upTo(address, window)!;
    const read = followChain(dynamic, view, place.offset, view.length < window);
    if (read) return read;
  }
}

/** Undefined where the chain leaves the window and more of the file can be read. */
function followChain(
  dynamic: DynamicSection,
  view: ElfView,
  base: number,
  last: boolean,
): VersionNeed[] | undefined {
  const needs: VersionNeed[] = [];
  const broken = (at: number): VersionNeed[] | undefined => {
    if (!last && at + 16 <= MOST_CHAIN) return undefined;
    dynamic.problem('the chain of needed versions leaves the file', base + at);
    return needs;
  };
  const libraries = dynamic.get(tags.verneedCount) ?? Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < libraries; i++) {
    if (at + 16 > view.length) return broken(at);
    const count = view.u16(at + 2);
    const library = dynamic.string(view.u32(at + 4), 'a needed version') ?? '';
    let entry = at + view.u32(at + 8);
    for (let k = 0; k < count; k++) {
      if (entry + 16 > view.length) return broken(entry);
      if (needs.length >= MOST_VERSIONS) {
        dynamic.problem(`more than ${MOST_VERSIONS} needed versions`, base + entry);
        return needs;
      }
      needs.push({
        library,
        version: dynamic.string(view.u32(entry + 8), 'a needed version') ?? '',
        weak: (view.u16(entry + 4) & VER_FLG_WEAK) !== 0,
        index: view.u16(entry + 6) & VERSION_BITS,
      });
      const next = view.u32(entry + 12);
      if (next === 0) break;
      entry += next;
    }
    const next = view.u32(at + 12);
    if (next === 0) return needs;
    at += next;
  }
  return needs;
}

/** Beyond this no chain of real libraries goes. */
const MOST_CHAIN = 16 * 1024 * 1024;

/**
 * The dynamic symbols, read only as far as they are asked for: a library with a hundred thousand of them is walked once
 * over its 16-bit versions, and only the names that matter become strings.
 */
export class DynamicSymbols {
  readonly #dynamic: DynamicSection;
  readonly #symbols: ElfView;
  readonly #versions: ElfView | undefined;
  readonly #entry: number;
  readonly count: number;

  constructor(
    dynamic: DynamicSection,
    symbols: ElfView,
    versions: ElfView | undefined,
    entry: number,
    count: number,
  ) {
    this.#dynamic = dynamic;
    this.#symbols = symbols;
    this.#versions = versions;
    this.#entry = entry;
    this.count = count;
  }

  /** The names of the symbols that refer to these versions, in the order of the table. */
  ofVersions(indexes: ReadonlySet<number>): Map<number, string[]> {
    const names = new Map<number, string[]>();
    const versions = this.#versions;
    if (!versions) return names;
    for (let i = 1; i < this.count; i++) {
      const index = versions.u16(i * 2) & VERSION_BITS;
      if (index < 2 || !indexes.has(index)) continue;
      const name = this.#name(i);
      const list = names.get(index);
      if (list) list.push(name);
      else names.set(index, [name]);
    }
    return names;
  }

  /** The symbols that others must define: their names, the version asked for (0 and 1 are none), and weakness. */
  forEachUndefined(visit: (name: string, version: number, weak: boolean) => void): void {
    const symbols = this.#symbols;
    const [info, section] = symbols.wide ? [4, 6] : [12, 14];
    for (let i = 1; i < this.count; i++) {
      const base = i * this.#entry;
      if (symbols.u16(base + section) !== 0) continue;
      const version = this.#versions ? this.#versions.u16(i * 2) & VERSION_BITS : 0;
      visit(this.#name(i), version, symbols.bytes[base + info]! >> 4 === STB_WEAK);
    }
  }

  #name(i: number): string {
    return this.#dynamic.text(this.#symbols.u32(i * this.#entry)) ?? '';
  }
}

export function readSymbols(dynamic: DynamicSection, header: ElfHeader): DynamicSymbols | undefined {
  const address = dynamic.get(tags.symtab);
  if (address === undefined) return undefined;
  const least = header.wide ? 24 : 16;
  const entry = dynamic.get(tags.syment) ?? least;
  if (entry < least) {
    dynamic.problem(`dynamic symbols of ${entry} bytes, where ${least} are needed`, dynamic.offset);
    return undefined;
  }
  const count = countSymbols(dynamic, header, address, entry);
  const symbols = dynamic.at(address, count * entry, 'the dynamic symbol table');
  if (!symbols) return undefined;
  const versym = dynamic.get(tags.versym);
  const versions = versym === undefined ? undefined : dynamic.at(versym, count * 2, 'the table of versions');
  return new DynamicSymbols(dynamic, symbols, versions, entry, count);
}

/**
 * No entry says how many symbols there are. The old hash table has the number; the GNU one has it only where something
 * is exported; the section header has it where there are section headers; else the string table usually follows.
 */
function countSymbols(dynamic: DynamicSection, header: ElfHeader, address: number, entry: number): number {
  const hash = dynamic.get(tags.hash);
  if (hash !== undefined) {
    // On these two, and only there, the words of the table are as wide as the machine's.
    const wide = header.wide && (header.machine === 's390x' || header.machine === 'alpha');
    const head = dynamic.upTo(hash, wide ? 16 : 8);
    if (head && head.length >= (wide ? 16 : 8)) return wide ? head.u64(8) : head.u32(4);
  }
  const mips = dynamic.get(tags.mipsSymbols);
  if (mips !== undefined && header.machine.startsWith('mips')) return mips;
  const section = header.sections.find(({ type, address: at }) => type === SHT_DYNSYM && at === address);
  if (section) return Math.floor(section.size / entry);
  const counted = countByGnuHash(dynamic);
  if (counted > 0) return counted;
  const strings = dynamic.get(tags.strtab) ?? 0;
  return strings > address ? Math.floor((strings - address) / entry) : 0;
}

/** The last symbol is the end of the chain of the highest bucket. 0 where nothing is exported. */
function countByGnuHash(dynamic: DynamicSection): number {
  const address = dynamic.get(tags.gnuHash);
  const head = address === undefined ? undefined : dynamic.upTo(address, 16);
  if (address === undefined || !head || head.length < 16) return 0;
  const [buckets, first, bloom] = [head.u32(0), head.u32(4), head.u32(8)];
  const start = address + 16 + bloom * (head.wide ? 8 : 4);
  const table = dynamic.at(start, buckets * 4, 'the table of hashes');
  if (!table) return 0;
  let last = 0;
  for (let i = 0; i < buckets; i++) last = Math.max(last, table.u32(i * 4));
  if (last < first || last === 0) return 0;
  const chain = dynamic.upTo(start + (buckets + last - first) * 4, 64 * 1024);
  if (!chain) return 0;
  for (let at = 0; at + 4 <= chain.length; at += 4) {
    if (chain.u32(at) & 1) return last + at / 4 + 1;
  }
  return 0;
}
