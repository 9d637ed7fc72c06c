/**
 * Which object file or static library brings a symbol in.
 *
 * A linked file only knows that it needs a symbol, not which of its parts asked for it. The parts still know: object
 * files and the members of static libraries have tables of what they leave to others. A folder of them is searched for
 * the symbols that force a floor; or a map that the linker wrote with `--cref` is read, which tells the same.
 */
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readAr } from '../formats/ar.ts';
import { readAll } from '../formats/byte-reader.ts';
import { sourceOfBytes, sourceOfFile } from '../formats/elf/byte-source.ts';
import { looksLikeElf } from '../formats/elf/elf-header.ts';
import { forEachReference } from '../formats/elf/elf-object.ts';
import { FormatError } from '../formats/format-error.ts';
import type { ElfAudit, Family, Forcing } from './report.ts';
import { listFiles } from './walk/list-files.ts';
import { streamOf } from './walk/spool.ts';

const AR = '!<arch>\n';
const MOST_MEMBER = 512 * 1024 * 1024;
const MOST_NAMED = 3;

/** By symbol: the parts that ask for it, as `main.o` or `libx.a(y.o)`. */
export type ObjectIndex = ReadonlyMap<string, readonly string[]>;

/** The symbols that force a floor of these files, which are the ones to look for. */
export function forcingSymbolsOf(elfs: readonly ElfAudit[]): Set<string> {
  const symbols = new Set<string>();
  for (const { forcedBy, musl } of elfs) {
    for (const list of [...Object.values(forcedBy), musl?.forcedBy ?? []]) {
      for (const { symbol } of list) if (symbol !== null) symbols.add(symbol);
    }
  }
  return symbols;
}

/** `path` is a folder of objects and static libraries, one of them, or a link map. Throws what `open` throws. */
export async function findObjects(path: string, wanted: ReadonlySet<string>): Promise<ObjectIndex> {
  const index = new Map<string, string[]>();
  const add = (symbol: string, part: string): void => {
    // `memcpy@GLIBC_2.2.5` is what `.symver` leaves in an object.
    const name = symbol.replace(/@.*/, '');
    if (!wanted.has(name)) return;
    const parts = index.get(name);
    if (!parts) index.set(name, [part]);
    else if (!parts.includes(part)) parts.push(part);
  };
  if (statSync(path).isDirectory()) {
    for (const file of listFiles(path).files) await searchFile(join(path, file), file, add);
  } else if (!(await searchFile(path, path, add))) {
    readLinkMap(readFileSync(path, 'utf8'), add);
  }
  return index;
}

/** The same report with the parts named. */
export function withObjects(audit: ElfAudit, index: ObjectIndex): ElfAudit {
  const named = (list: readonly Forcing[]): Forcing[] =>
    list.map(({ symbol, library, version }) => {
      const parts = symbol === null ? undefined : index.get(symbol);
      return { symbol, library, version, object: parts ? shortList(parts) : null };
    });
  const forcedBy = Object.entries(audit.forcedBy).map(
    ([family, list]) => [family as Family, named(list)] as const,
  );
  const musl = audit.musl && { floor: audit.musl.floor, forcedBy: named(audit.musl.forcedBy) };
  return { ...audit, forcedBy: Object.fromEntries(forcedBy), musl };
}

function shortList(parts: readonly string[]): string {
  const shown = parts.slice(0, MOST_NAMED).join(', ');
  return parts.length > MOST_NAMED ? `${shown} and ${parts.length - MOST_NAMED} more` : shown;
}

type Add = (symbol: string, part: string) => void;

/** False where the file is neither an object nor a static library. */
async function searchFile(path: string, name: string, add: Add): Promise<boolean> {
  const descriptor = openSync(path, 'r');
  try {
    const source = sourceOfFile(descriptor, fstatSync(descriptor).size);
    const head = source.read(0, AR.length);
    if (looksLikeElf(head)) {
      forEachReference(source, (symbol) => add(symbol, name));
      return true;
    }
    if (head.toString('latin1') !== AR) return false;
    for await (const { name: member, body } of readAr(streamOf(source))) {
      const bytes = await readAll(body, MOST_MEMBER, 'ar');
      if (looksLikeElf(bytes))
        forEachReference(sourceOfBytes(bytes), (symbol) => add(symbol, `${name}(${member})`));
    }
    return true;
  } catch (error) {
    // A damaged object is of no help; what needs it is shown without an object, as if it were not there.
    if (!(error instanceof FormatError)) throw error;
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The cross reference table of GNU ld, gold and lld: a symbol with the file that defines it, then, each on a line of its
 * own, the files that ask for it.
 */
function readLinkMap(text: string, add: Add): void {
  const start = text.indexOf('Cross Reference Table');
  if (start < 0) return;
  let symbol = '';
  for (const line of text.slice(start).split('\n')) {
    const [, name, file] = /^(\S+)?\s+(\S.*)$/.exec(line) ?? [];
    if (name !== undefined) symbol = name;
    else if (file !== undefined && symbol !== '') add(symbol, file);
  }
}
