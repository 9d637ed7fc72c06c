/**
 * Writes ELF files from a description: any class, byte order and machine, without a compiler. Only what a loader reads;
 * no section headers, so that readers can't lean on them.
 */
export interface MadeElf {
  readonly wide?: boolean;
  readonly little?: boolean;
  readonly machine?: number;
  /** `EI_OSABI` */
  readonly osAbi?: number;
  /** `e_type` */
  readonly type?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly versions?: readonly MadeNeed[];
  readonly symbols?: readonly MadeSymbol[];
  readonly flags?: number;
  readonly flags1?: number;
  readonly relr?: boolean;
  /** Flags of PT_GNU_STACK; no such header where it isn't given. */
  readonly stack?: number;
  readonly relro?: boolean;
  readonly notes?: readonly { readonly name: string; readonly type: number; readonly body: Buffer }[];
}

export interface MadeNeed {
  readonly library: string;
  readonly version: string;
  readonly weak?: boolean;
}

export interface MadeSymbol {
  readonly name: string;
  /** The place in `versions` that it refers to. */
  readonly version?: number;
  readonly weak?: boolean;
  readonly defined?: boolean;
}

const BASE = 0x10000;
const FIRST_VERSION = 2;

export function makeElf(made: MadeElf): Buffer {
  const wide = made.wide ?? true;
  const out = new Writer(wide, made.little ?? true);
  const segments: { type: number; flags: number; offset: number; size: number }[] = [];
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const mostSegments = 7;
  out.zeros(headerSize + mostSegments * segmentSize);

  const strings = new Strings();
  const dynamic: [number, number][] = [];
  for (const library of made.needed ?? []) dynamic.push([1, strings.add(library)]);
  if (made.soname !== undefined) dynamic.push([14, strings.add(made.soname)]);
  if (made.rpath !== undefined) dynamic.push([15, strings.add(made.rpath)]);
  if (made.runpath !== undefined) dynamic.push([29, strings.add(made.runpath)]);
  if (made.flags !== undefined) dynamic.push([30, made.flags]);
  if (made.flags1 !== undefined) dynamic.push([0x6ffffffb, made.flags1]);
  if (made.relr) dynamic.push([36, BASE]);

  if (made.interpreter !== undefined) {
    const offset = out.bytes(Buffer.from(`${made.interpreter}\0`));
    segments.push({ type: 3, flags: 4, offset, size: made.interpreter.length + 1 });
  }
  if (made.notes) {
    const offset = out.align(8);
    for (const note of made.notes) writeNote(out, note);
    segments.push({ type: 4, flags: 4, offset, size: out.length - offset });
  }
  writeSymbols(out, made, strings, dynamic);
  const table = strings.table();
  dynamic.push([5, BASE + out.bytes(table)], [10, table.length]);

  const offset = out.align(8);
  for (const [tag, value] of [...dynamic, [0, 0] as const]) out.word(tag).word(value);
  const isDynamic = made.needed !== undefined || made.soname !== undefined || made.versions !== undefined;
  if (isDynamic || made.flags1 !== undefined) {
    segments.push({ type: 2, flags: 6, offset, size: out.length - offset });
  }
  if (made.stack !== undefined) segments.push({ type: 0x6474e551, flags: made.stack, offset: 0, size: 0 });
  if (made.relro) segments.push({ type: 0x6474e552, flags: 4, offset, size: 8 });
  segments.push({ type: 1, flags: 5, offset: 0, size: out.length });
  return writeHeaders(out, made, segments);
}

function writeNote(out: Writer, { name, type, body }: { name: string; type: number; body: Buffer }): void {
  out
    .u32(name.length + 1)
    .u32(body.length)
    .u32(type);
  out.bytes(Buffer.from(`${name}\0`));
  out.align(4);
  out.bytes(body);
  out.align(type === 5 && out.wide ? 8 : 4);
}

function writeSymbols(out: Writer, made: MadeElf, strings: Strings, dynamic: [number, number][]): void {
  const symbols: MadeSymbol[] = [{ name: '' }, ...(made.symbols ?? [])];
  // The old hash table, with everything in one chain: only its count is read.
  dynamic.push([4, BASE + out.align(8)]);
  out
    .u32(1)
    .u32(symbols.length)
    .zeros(4 + symbols.length * 4);
  dynamic.push([6, BASE + out.align(8)], [11, out.wide ? 24 : 16]);
  symbols.forEach(({ name, weak, defined }, i) => {
    const at = out.zeros(out.wide ? 24 : 16);
    if (i === 0) return;
    out.patch32(at, strings.add(name));
    out.patch8(at + (out.wide ? 4 : 12), weak ? 0x20 : 0x10);
    if (defined) out.patch16(at + (out.wide ? 6 : 14), 1);
  });
  if (!made.versions) return;
  dynamic.push([0x6ffffff0, BASE + out.align(2)]);
  for (const { version } of symbols) out.u16(version === undefined ? 0 : version + FIRST_VERSION);

  const libraries = [...new Set(made.versions.map(({ library }) => library))];
  dynamic.push([0x6ffffffe, BASE + out.align(4)], [0x6fffffff, libraries.length]);
  libraries.forEach((library, l) => {
    const needs = made.versions!.flatMap((need, i) => (need.library === library ? [{ ...need, i }] : []));
    out.u16(1).u16(needs.length).u32(strings.add(library)).u32(16);
    out.u32(l + 1 < libraries.length ? 16 + needs.length * 16 : 0);
    needs.forEach(({ version, weak, i }, n) => {
      out
        .u32(0)
        .u16(weak ? 2 : 0)
        .u16(i + FIRST_VERSION)
        .u32(strings.add(version));
      out.u32(n + 1 < needs.length ? 16 : 0);
    });
  });
}

function writeHeaders(
  out: Writer,
  made: MadeElf,
  segments: readonly { type: number; flags: number; offset: number; size: number }[],
): Buffer {
  const { wide } = out;
  const head = new Writer(wide, out.little);
  head.bytes(
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, out.little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  );
  head
    .u16(made.type ?? 3)
    .u16(made.machine ?? 62)
    .u32(1);
  head
    .word(0)
    .word(wide ? 64 : 52)
    .word(0)
    .u32(0);
  head
    .u16(wide ? 64 : 52)
    .u16(wide ? 56 : 32)
    .u16(segments.length);
  head
    .u16(wide ? 64 : 40)
    .u16(0)
    .u16(0);
  for (const { type, flags, offset, size } of segments) {
    head.u32(type);
    if (wide) head.u32(flags);
    head
      .word(offset)
      .word(offset + BASE)
      .word(offset + BASE)
      .word(size)
      .word(size);
    if (!wide) head.u32(flags);
    head.word(8);
  }
  const bytes = out.finish();
  head.finish().copy(bytes);
  bytes[7] = made.osAbi ?? 0;
  return bytes;
}

class Strings {
  readonly #texts = ['\0'];
  #size = 1;

  add(text: string): number {
    const at = this.#size;
    this.#texts.push(`${text}\0`);
    this.#size += Buffer.byteLength(text) + 1;
    return at;
  }

  table(): Buffer {
    return Buffer.from(this.#texts.join(''));
  }
}

class Writer {
  readonly wide: boolean;
  readonly little: boolean;
  #bytes = Buffer.alloc(1024);
  length = 0;

  constructor(wide: boolean, little: boolean) {
    this.wide = wide;
    this.little = little;
  }

  zeros(size: number): number {
    const at = this.length;
    while (at + size > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    this.length += size;
    return at;
  }

  bytes(bytes: Buffer): number {
    const at = this.zeros(bytes.length);
    bytes.copy(this.#bytes, at);
    return at;
  }

  align(to: number): number {
    this.zeros((to - (this.length % to)) % to);
    return this.length;
  }

  u16(value: number): this {
    this.patch16(this.zeros(2), value);
    return this;
  }

  u32(value: number): this {
    this.patch32(this.zeros(4), value);
    return this;
  }

  word(value: number): this {
    if (!this.wide) return this.u32(value);
    const at = this.zeros(8);
    if (this.little) this.#bytes.writeBigUInt64LE(BigInt(value), at);
    else this.#bytes.writeBigUInt64BE(BigInt(value), at);
    return this;
  }

  patch8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  patch16(at: number, value: number): void {
    if (this.little) this.#bytes.writeUInt16LE(value, at);
    else this.#bytes.writeUInt16BE(value, at);
  }

  patch32(at: number, value: number): void {
    if (this.little) this.#bytes.writeUInt32LE(value, at);
    else this.#bytes.writeUInt32BE(value, at);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }
}
