/**
 * `/etc/ld.so.cache` as glibc's ldconfig writes it since 2.33, byte for byte: a header, one entry per library, the strings,
 * and the name of the program that wrote it.
 *
 * Entries go from the greatest name to the least, by an order in which `.so.10` is greater than `.so.9`: the loader searches
 * by bisection. A string that ends another one is not written again; that the file name ends its path saves the most.
 */
export interface CachedLibrary {
  /** What programs ask for. */
  readonly soname: string;
  readonly path: string;
  /** Of the CPU, as glibc's headers have them. */
  readonly flags: number;
}

const HEADER = 48;
const ENTRY = 24;
const LITTLE_ENDIAN = 2;
const BIG_ENDIAN = 3;
const EXTENSION_MAGIC = 0xeaa42174;

export function encodeLoaderCache(
  libraries: readonly CachedLibrary[],
  generator: string,
  little = true,
): Buffer {
  const sorted = [...libraries].sort((a, b) => compareSonames(b.soname, a.soname) || b.flags - a.flags);
  const strings = new StringTable(sorted.flatMap(({ soname, path }) => [soname, path]));
  const stringsAt = HEADER + ENTRY * sorted.length;
  const extensionAt = Math.ceil((stringsAt + strings.size) / 4) * 4;
  const name = Buffer.from(generator, 'latin1');
  const bytes = Buffer.alloc(extensionAt + 24 + name.length);
  const u32 = (value: number, at: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write('glibc-ld.so.cache1.1', 0, 'latin1');
  u32(sorted.length, 20);
  u32(strings.size, 24);
  bytes[28] = little ? LITTLE_ENDIAN : BIG_ENDIAN;
  u32(extensionAt, 32);
  for (const [index, { soname, path, flags }] of sorted.entries()) {
    const at = HEADER + ENTRY * index;
    u32(flags, at);
    u32(stringsAt + strings.offset(soname), at + 4);
    u32(stringsAt + strings.offset(path), at + 8);
  }
  strings.write(bytes, stringsAt);
  u32(EXTENSION_MAGIC, extensionAt);
  u32(1, extensionAt + 4);
  u32(extensionAt + 24, extensionAt + 16);
  u32(name.length, extensionAt + 20);
  name.copy(bytes, extensionAt + 24);
  return bytes;
}

/** Runs of digits count as numbers, and any number is greater than any other character. */
export function compareSonames(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.match(/\d+|[^\d]/g) ?? []);
  for (let index = 0; index < one!.length; index++) {
    const [x, y] = [one![index]!, other![index]];
    if (y === undefined) return 1;
    const [xIsNumber, yIsNumber] = [/\d/.test(x), /\d/.test(y)];
    if (xIsNumber !== yIsNumber) return xIsNumber ? 1 : -1;
    const difference = xIsNumber ? Number(x) - Number(y) : x.codePointAt(0)! - y.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return one!.length < other!.length ? -1 : 0;
}

/** Sorted by their ends, from the greatest character down, the longer one first, so that whatever ends another string comes right behind it. */
class StringTable {
  readonly size: number;
  readonly #offsets = new Map<string, number>();

  constructor(strings: readonly string[]) {
    const sorted = [...new Set(strings)].sort(compareEnds);
    let previous: string | undefined;
    let offset = 0;
    for (const text of sorted) {
      if (previous !== undefined) {
        offset += previous.endsWith(text) ? previous.length - text.length : previous.length + 1;
      }
      this.#offsets.set(text, offset);
      previous = text;
    }
    this.size = previous === undefined ? 0 : offset + previous.length + 1;
  }

  offset(text: string): number {
    return this.#offsets.get(text)!;
  }

  write(bytes: Buffer, at: number): void {
    for (const [text, offset] of this.#offsets) bytes.write(text, at + offset, 'latin1');
  }
}

function compareEnds(a: string, b: string): number {
  for (let index = 1; index <= Math.min(a.length, b.length); index++) {
    const difference = b.charCodeAt(b.length - index) - a.charCodeAt(a.length - index);
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}
