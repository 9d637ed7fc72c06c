import type { ByteSource } from './byte-source.ts';
import type { ElfHeader, ElfProblem, Segment } from './elf-header.ts';
import { ElfView } from './elf-view.ts';

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const SHT_NOBITS = 8;

/** The entries that an audit asks for. */
export const tags = {
  needed: 1,
  hash: 4,
  strtab: 5,
  symtab: 6,
  strsz: 10,
  syment: 11,
  soname: 14,
  rpath: 15,
  textrel: 22,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  relr: 36,
  gnuHash: 0x6ffffef5,
  androidRelr: 0x6fffe000,
  versym: 0x6ffffff0,
  flags1: 0x6ffffffb,
  verneed: 0x6ffffffe,
  verneedCount: 0x6fffffff,
  mipsSymbols: 0x70000011,
} as const;

/** No linker writes a dynamic section of this size, nor string or symbol tables; more is not read. */
const MOST_DYNAMIC = 4 * 1024 * 1024;
const MOST_TABLE = 256 * 1024 * 1024;
const MOST_PROBLEMS = 20;
/** Many entries can name one long string, so what is made of strings is counted, not how many there are. */
const MOST_TEXT = 64 * 1024 * 1024;

/** What the loader reads: the dynamic section, and the tables that it names by address. */
export class DynamicSection {
  readonly offset: number;
  /** In the file's order; a tag may come several times only for NEEDED. */
  readonly needed: readonly number[];
  readonly #values: ReadonlyMap<number, number>;
  readonly #source: ByteSource;
  readonly #header: ElfHeader;
  readonly #problems: ElfProblem[];
  #strings: ElfView | undefined;
  #text = 0;

  constructor(source: ByteSource, header: ElfHeader, problems: ElfProblem[], view: ElfView, offset: number) {
    this.#source = source;
    this.#header = header;
    this.#problems = problems;
    this.offset = offset;
    const values = new Map<number, number>();
    const needed: number[] = [];
    const step = header.wide ? 16 : 8;
    for (let at = 0; at + step <= view.length; at += step) {
      const tag = view.word(at);
      if (tag === 0) break;
      const value = view.word(at + step / 2);
      if (tag === tags.needed) needed.push(value);
      else values.set(tag, value);
    }
    this.needed = needed;
    this.#values = values;
  }

  get(tag: number): number | undefined {
    return this.#values.get(tag);
  }

  has(tag: number): boolean {
    return this.#values.has(tag);
  }

  /** A string of the dynamic string table. */
  string(at: number, what: string): string | undefined {
    const found = this.text(at);
    if (found === undefined) this.problem(`${what} names a string outside of the string table`, this.offset);
    return found;
  }

  /** The same without a problem noted: nothing is loaded by these names. */
  text(at: number): string | undefined {
    if (this.#text > MOST_TEXT) return undefined;
    const found = this.#table.string(at);
    this.#text += found === undefined ? Math.max(0, this.#table.length - at) : found.length;
    if (this.#text > MOST_TEXT) {
      this.problem(`its names add up to more than ${MOST_TEXT} bytes; the rest is not read`, this.offset);
    }
    return found;
  }

  get #table(): ElfView {
    if (this.#strings) return this.#strings;
    const address = this.get(tags.strtab);
    const table =
      address === undefined
        ? undefined
        : this.at(address, this.get(tags.strsz) ?? 0, 'the dynamic string table');
    this.#strings = table ?? this.#view(Buffer.alloc(0));
    return this.#strings;
  }

  /** `size` bytes at an address of the loaded file; undefined, with a problem noted, where the file has none. */
  at(address: number, size: number, what: string): ElfView | undefined {
    const place = this.place(address);
    if (place && size <= place.size && size <= MOST_TABLE) {
      const bytes = this.#source.read(place.offset, size);
      if (bytes.length === size) return this.#view(bytes);
    }
    const where = place?.offset ?? this.offset;
    this.problem(
      place
        ? `${what} is said to have ${size} bytes, which the file doesn't have`
        : `${what} is at address 0x${address.toString(16)}, which no segment loads`,
      where,
    );
    return undefined;
  }

  /** At most `most` bytes at an address, for tables that don't tell their size. */
  upTo(address: number, most: number): ElfView | undefined {
    const place = this.place(address);
    return place && this.#view(this.#source.read(place.offset, Math.min(most, place.size)));
  }

  /** Where in the file an address is, and how many bytes of its segment follow in the file. */
  place(address: number): { offset: number; size: number } | undefined {
    for (const segment of this.#header.segments) {
      if (segment.type !== PT_LOAD) continue;
      const into = address - segment.address;
      if (into < 0 || into >= segment.size) continue;
      const offset = segment.offset + into;
      if (offset >= this.#source.size) return undefined;
      return { offset, size: Math.min(segment.size - into, this.#source.size - offset) };
    }
    return undefined;
  }

  problem(message: string, offset: number): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ message, offset });
  }

  #view(bytes: Buffer): ElfView {
    return new ElfView(bytes, this.#header.little, this.#header.wide);
  }
}

/** Undefined where the file has none: a static program, an object file, a file with debug information only. */
export function readDynamic(
  source: ByteSource,
  header: ElfHeader,
  problems: ElfProblem[],
): DynamicSection | undefined {
  const segment = header.segments.find((segment) => segment.type === PT_DYNAMIC);
  if (!segment || segment.size === 0 || isEmptied(header, segment)) return undefined;
  const { offset, size } = segment;
  if (offset + size > source.size || size > MOST_DYNAMIC) {
    problems.push({ message: `the dynamic section of ${size} bytes goes past the end of the file`, offset });
    return undefined;
  }
  const view = new ElfView(source.read(offset, size), header.little, header.wide);
  return new DynamicSection(source, header, problems, view, offset);
}

/** `objcopy --only-keep-debug` keeps the program headers and takes the bytes away, which only the sections tell. */
export function isEmptied(header: ElfHeader, segment: Segment): boolean {
  let kept = false;
  let emptied = false;
  for (const section of header.sections) {
    if (section.address !== segment.address) continue;
    if (section.type !== SHT_NOBITS) kept = true;
    else if (section.size === segment.size) emptied = true;
  }
  return emptied && !kept;
}
