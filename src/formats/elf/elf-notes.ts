import type { ByteSource } from './byte-source.ts';
import type { ElfHeader, ElfProblem } from './elf-header.ts';
import { ElfView } from './elf-view.ts';

const PT_NOTE = 4;
const SHT_NOTE = 7;
const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY = 5;
const GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;
const MOST_NOTES = 1024 * 1024;
const MOST_PLACES = 64;

export interface ElfNotes {
  readonly buildId?: string;
  /** The oldest Linux, of the note that glibc's start files bring. */
  readonly kernel?: string;
  /** Bits: 1 the baseline, 2 v2, 4 v3, 8 v4. */
  readonly isaNeeded?: number;
  readonly go?: boolean;
  readonly android?: boolean;
  /** The system that says so in a note of its own. */
  readonly system?: string;
}

type Found = { -readonly [K in keyof ElfNotes]: ElfNotes[K] };

export function readNotes(source: ByteSource, header: ElfHeader, problems: ElfProblem[]): ElfNotes {
  const found: Found = {};
  const segments = header.segments.filter(({ type, size }) => type === PT_NOTE && size > 0);
  // Go's linker has a build id that no segment covers.
  const others = header.sections
    .filter(({ type, size }) => type === SHT_NOTE && size > 0)
    .slice(0, MOST_PLACES)
    .filter(({ offset }) => !segments.some((one) => offset >= one.offset && offset < one.offset + one.size));
  const places = segments.length === 0 ? others : [...segments.slice(0, MOST_PLACES), ...others];
  for (const { offset, size } of places) {
    if (size > MOST_NOTES || offset + size > source.size) {
      problems.push({ message: `notes of ${size} bytes go past the end of the file`, offset, loaded: false });
      continue;
    }
    readNoteList(new ElfView(source.read(offset, size), header.little, header.wide), found);
  }
  return found;
}

function readNoteList(view: ElfView, found: Found): void {
  for (let at = 0; at + 12 <= view.length;) {
    const [nameSize, size, type] = [view.u32(at), view.u32(at + 4), view.u32(at + 8)];
    const body = at + 12 + align(nameSize, 4);
    if (nameSize > 64 || body + size > view.length) return;
    const name = view.bytes.toString('latin1', at + 12, at + 12 + Math.max(0, nameSize - 1));
    if (name === 'GNU') readGnuNote(view, type, body, size, found);
    else if (name === 'Go') found.go = true;
    else if (name === 'Android' && type === 1) found.android = true;
    else if (type === 1 && /^(?:Free|Net|Open)BSD$/.test(name)) found.system = name;
    at = body + align(size, 4);
    // The property note of 64-bit files is the one whose end is aligned to eight.
    if (type === NT_GNU_PROPERTY && view.wide) at = align(at, 8);
  }
}

function readGnuNote(view: ElfView, type: number, body: number, size: number, found: Found): void {
  if (type === NT_GNU_BUILD_ID) {
    found.buildId ??= view.bytes.toString('hex', body, body + size);
  } else if (type === NT_GNU_ABI_TAG && size >= 16 && view.u32(body) === 0) {
    found.kernel ??= `${view.u32(body + 4)}.${view.u32(body + 8)}.${view.u32(body + 12)}`;
  } else if (type === NT_GNU_PROPERTY) {
    for (let at = body; at + 8 <= body + size;) {
      const length = view.u32(at + 4);
      if (view.u32(at) === GNU_PROPERTY_X86_ISA_1_NEEDED && length >= 4 && at + 12 <= body + size) {
        found.isaNeeded = (found.isaNeeded ?? 0) | view.u32(at + 8);
      }
      at += 8 + align(length, view.wide ? 8 : 4);
    }
  }
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
