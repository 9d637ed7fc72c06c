/**
 * Tells a finished program or library other places: the loader that starts it, and where that looks for libraries.
 *
 * Both are strings, which are longer than those of the linker and have no room where they are. So they go behind the last
 * segment that is loaded, with a copy of the string table to which all the old names still refer by the same numbers. The
 * segment grows over its zeroed memory, which then is in the file; program headers stay where they are and as many, as
 * kernels and loaders find them by the place that the linker gave them. What is not loaded (symbols for debuggers, the
 * section headers) moves back by whole pages.
 */
import { FormatError } from '../format-error.ts';
import { sourceOfBytes } from './byte-source.ts';
import { tags } from './elf-dynamic.ts';
import { readElfHeader } from './elf-header.ts';
import { ElfView } from './elf-view.ts';

export interface ElfPlaces {
  /** Of no meaning to what no loader starts. */
  readonly interpreter: string;
  /** Becomes DT_RPATH, which counts for what libraries need as well, and before LD_LIBRARY_PATH. */
  readonly rpath: string;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const SHT_NOBITS = 8;
const PAGE = 4096;
/** Zeroed memory that would be written into the file. */
const MOST_ZEROES = 256 * 1024 * 1024;

export function withPlaces(bytes: Buffer, { interpreter, rpath }: ElfPlaces): Buffer {
  const elf = new ElfEditor(bytes);
  const loaded = elf.segments.filter(({ type }) => type === PT_LOAD);
  const last = loaded.reduce((one, other) => (other.address > one.address ? other : one), loaded[0]!);
  const dynamic = elf.segments.find(({ type }) => type === PT_DYNAMIC);
  if (loaded.length === 0 || dynamic === undefined) throw new FormatError('elf', 'it is not dynamic');
  const oldEnd = last.offset + last.size;
  if (last.memory - last.size > MOST_ZEROES || loaded.some((one) => one !== last && one.offset >= oldEnd))
    throw new FormatError('elf', 'its segments leave no room for longer names', last.offset);

  const strings = elf.strings(dynamic, loaded);
  const added = new Added(last.address + last.memory);
  const table = added.put(Buffer.concat([strings.bytes, Buffer.from(`${rpath}\0`)]));
  const starter = added.put(Buffer.from(`${interpreter}\0`));
  const entries = elf.entriesWith(dynamic, table, strings.bytes.length);
  const moved = entries.length > dynamic.size ? added.put(entries) : undefined;

  const offsetOf = (address: number) => last.offset + address - last.address;
  const shift = Math.ceil((offsetOf(added.end) - oldEnd) / PAGE) * PAGE;
  const made = Buffer.alloc(bytes.length + shift);
  bytes.copy(made, 0, 0, oldEnd);
  bytes.copy(made, oldEnd + shift, oldEnd);
  for (const { address, bytes: part } of added.parts) part.copy(made, offsetOf(address));
  if (moved === undefined) entries.copy(made, dynamic.offset);

  const out = new ElfEditor(made, elf.segments);
  out.shiftSections(oldEnd, shift);
  const whole = { address: last.address, size: added.end - last.address };
  out.placeSegment(last, { ...whole, offset: last.offset });
  const replaced = [
    [elf.segments.find(({ type }) => type === PT_INTERP), starter],
    [moved && dynamic, moved],
  ] as const;
  for (const [segment, part] of replaced) {
    if (segment === undefined || part === undefined) continue;
    out.placeSegment(segment, { ...part, offset: offsetOf(part.address) });
    out.placeSection(segment.address, { ...part, offset: offsetOf(part.address) });
  }
  out.placeSection(strings.address, { ...table, offset: offsetOf(table.address) });
  return made;
}

interface Part {
  readonly address: number;
  readonly size: number;
}

/** What comes behind the last segment. */
class Added {
  readonly parts: (Part & { readonly bytes: Buffer })[] = [];
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  put(bytes: Buffer): Part {
    const part = { address: Math.ceil(this.end / 16) * 16, size: bytes.length, bytes };
    this.parts.push(part);
    this.end = part.address + part.size;
    return part;
  }
}

interface EditedSegment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  /** Its size when it is loaded. */
  readonly memory: number;
  /** Where its header is. */
  readonly at: number;
}

class ElfEditor {
  readonly segments: readonly EditedSegment[];
  readonly #view: ElfView;

  /** `segments` of the file that it was copied from: by them its own headers are found. */
  constructor(bytes: Buffer, segments?: readonly EditedSegment[]) {
    const { wide, little } = readElfHeader(sourceOfBytes(bytes), []);
    this.#view = new ElfView(bytes, little, wide);
    this.segments = segments ?? this.#readSegments();
  }

  #readSegments(): EditedSegment[] {
    const view = this.#view;
    const table = view.word(view.wide ? 32 : 28);
    const entry = view.u16(view.wide ? 54 : 42);
    return Array.from({ length: view.u16(view.wide ? 56 : 44) }, (_, index) => {
      const at = table + index * entry;
      return {
        type: view.u32(at),
        offset: view.word(at + (view.wide ? 8 : 4)),
        address: view.word(at + (view.wide ? 16 : 8)),
        size: view.word(at + (view.wide ? 32 : 16)),
        memory: view.word(at + (view.wide ? 40 : 20)),
        at,
      };
    });
  }

  strings(
    dynamic: EditedSegment,
    loaded: readonly EditedSegment[],
  ): { readonly address: number; readonly bytes: Buffer } {
    const values = new Map(this.#entries(dynamic));
    const address = values.get(tags.strtab) ?? 0;
    const within = loaded.find((one) => address >= one.address && address < one.address + one.size);
    if (within === undefined) throw new FormatError('elf', 'its string table is in no segment');
    const offset = within.offset + address - within.address;
    return { address, bytes: this.#view.bytes.subarray(offset, offset + (values.get(tags.strsz) ?? 0)) };
  }

  #entries({ offset, size }: EditedSegment): [number, number][] {
    const view = this.#view;
    const word = view.wide ? 8 : 4;
    const entries: [number, number][] = [];
    for (let at = offset; at + 2 * word <= offset + size; at += 2 * word) {
      const tag = view.word(at);
      if (tag === 0) break;
      entries.push([tag, view.word(at + word)]);
    }
    return entries;
  }

  /** The dynamic section with another string table, and an RPATH at `rpath` of that. */
  entriesWith(dynamic: EditedSegment, table: Part, rpath: number): Buffer {
    const kept = this.#entries(dynamic).filter(([tag]) => tag !== tags.rpath && tag !== tags.runpath);
    const entries = kept.map(([tag, value]): [number, number] => {
      if (tag === tags.strtab) return [tag, table.address];
      return [tag, tag === tags.strsz ? table.size : value];
    });
    const word = this.#view.wide ? 8 : 4;
    const all = [...entries, [tags.rpath, rpath] as const, [0, 0] as const];
    const bytes = Buffer.alloc(Math.max(all.length * 2 * word, dynamic.size));
    const out = new ElfView(bytes, this.#view.little, this.#view.wide);
    for (const [index, pair] of all.entries())
      for (const [half, value] of pair.entries()) writeWord(out, (index * 2 + half) * word, value);
    return all.length * 2 * word > dynamic.size ? bytes : bytes.subarray(0, dynamic.size);
  }

  placeSegment({ at }: EditedSegment, { offset, address, size }: Part & { readonly offset: number }): void {
    const { wide } = this.#view;
    const fields = wide ? ([8, 16, 24, 32, 40] as const) : ([4, 8, 12, 16, 20] as const);
    for (const [index, value] of [offset, address, address, size, size].entries())
      writeWord(this.#view, at + fields[index]!, value);
  }

  /** The sections and their table, where they are behind `end`. */
  shiftSections(end: number, shift: number): void {
    const field = this.#view.wide ? 40 : 32;
    const table = this.#view.word(field);
    if (table >= end) writeWord(this.#view, field, table + shift);
    for (const at of this.#sections()) {
      const [type, offset] = [this.#view.u32(at + 4), at + (this.#view.wide ? 24 : 16)];
      const place = this.#view.word(offset);
      if (place >= end && type !== SHT_NOBITS) writeWord(this.#view, offset, place + shift);
    }
  }

  /** No loader asks for it; tools that read the file do. */
  placeSection(was: number, { offset, address, size }: Part & { readonly offset: number }): void {
    const fields = this.#view.wide ? ([16, 24, 32] as const) : ([12, 16, 20] as const);
    for (const at of this.#sections()) {
      if (this.#view.word(at + fields[0]) !== was || this.#view.word(at + fields[2]) === 0) continue;
      for (const [index, value] of [address, offset, size].entries())
        writeWord(this.#view, at + fields[index]!, value);
    }
  }

  *#sections(): Generator<number, void, void> {
    const view = this.#view;
    const table = view.word(view.wide ? 40 : 32);
    const entry = view.u16(view.wide ? 58 : 46);
    const count = table === 0 ? 0 : view.u16(view.wide ? 60 : 48);
    for (let index = 0; index < count; index++) {
      const at = table + index * entry;
      if (at + entry > view.length) return;
      yield at;
    }
  }
}

function writeWord({ bytes, little, wide }: ElfView, at: number, value: number): void {
  if (!wide) {
    if (little) bytes.writeUInt32LE(value, at);
    else bytes.writeUInt32BE(value, at);
  } else if (little) bytes.writeBigUInt64LE(BigInt(value), at);
  else bytes.writeBigUInt64BE(BigInt(value), at);
}
