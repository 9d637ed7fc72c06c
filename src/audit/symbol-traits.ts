import { compareDotted } from '../abi/dotted.ts';
import { libstdcxxSince } from '../abi/libstdcxx.ts';
import { MUSL_WITH_RELR, OLDEST_MUSL, muslSince } from '../abi/musl.ts';
import { wheelPolicies } from '../abi/wheel-policies.ts';
import type { ElfFile } from '../formats/elf/elf-file.ts';
import type { VersionNeed } from '../formats/elf/elf-symbols.ts';
import { isGlibcLibrary } from './libc-kind.ts';
import type { ElfAudit, Forcing } from './report.ts';

/** What the report doesn't print and the verdicts need; plain values, so that they cross threads. */
export interface ElfTraits {
  /** What of the tables that a loader reads is missing: nothing can be told of a file that lost it. */
  readonly damage: string | null;
  readonly versionNeeds: readonly VersionNeed[];
  /** Versions that only weak symbols refer to: the file could do without, and the loader still asks for them. */
  readonly weakVersions: readonly string[];
  /** Another system than Linux or Android that it is built for: `FreeBSD`. */
  readonly system: string | null;
  /** Undefined where the file doesn't say. */
  readonly execStack: boolean | undefined;
  /** The program that loads it, where its symbols give that away. */
  readonly host: 'node' | 'python' | null;
  /** Some symbols that are asked of glibc and that no musl has. */
  readonly notInMusl: readonly string[];
  /** Symbols that some wheel policy bans. */
  readonly banned: readonly string[];
  /** The least musl that has what the file asks for, whichever libc it was built for. */
  readonly musl: ElfAudit['musl'];
  /** The newest version of libstdc++ that brought one of its symbols: Alpine's has the symbols, but no versions. */
  readonly libstdcxx: { readonly version: string; readonly symbol: string } | null;
}

interface SymbolFindings {
  readonly traits: ElfTraits;
  /** A name that a libc has is asked for. */
  readonly usesLibc: boolean;
}

/** A verdict names a few of them; a file can have thousands. */
const MOST_NAMED = 8;

/** One walk over the undefined symbols, for everything that only their names tell. */
export function readSymbolTraits(elf: ElfFile): SymbolFindings {
  const banned: string[] = [];
  const notInMusl: string[] = [];
  const newer: { symbol: string; musl: string }[] = [];
  let host: ElfTraits['host'] = null;
  let libstdcxx: ElfTraits['libstdcxx'] = null;
  let usesLibc = false;
  const referred = { weak: new Set<number>(), strong: new Set<number>() };
  const { bannedAnywhere } = wheelPolicies();
  const fromGlibc = new Set(
    elf.versionNeeds.filter(({ library }) => isGlibcLibrary(library)).map(({ index }) => index),
  );
  elf.symbols?.forEachUndefined((name, version, weak) => {
    referred[weak ? 'weak' : 'strong'].add(version);
    if (weak || name === '') return;
    if (bannedAnywhere.has(name)) banned.push(name);
    const since = muslSince(name, elf.class);
    if (since !== undefined) {
      usesLibc = true;
      if (since !== OLDEST_MUSL) newer.push({ symbol: name, musl: since });
    } else if (fromGlibc.has(version)) {
      if (notInMusl.length < MOST_NAMED) notInMusl.push(name);
    } else {
      const came = libstdcxxSince(name);
      if (came === undefined) host ??= hostOf(name);
      else if (libstdcxx === null || compareDotted(came, libstdcxx.version) > 0)
        libstdcxx = { version: came, symbol: name };
    }
  });
  return {
    traits: {
      damage: elf.problems.find(({ loaded }) => loaded !== false)?.message ?? null,
      versionNeeds: elf.versionNeeds,
      weakVersions: elf.versionNeeds
        .filter(({ index }) => referred.weak.has(index) && !referred.strong.has(index))
        .map(({ version }) => version),
      system: elf.system ?? null,
      execStack: elf.execStack,
      host,
      notInMusl,
      banned,
      musl: muslFloor(elf, newer),
      libstdcxx,
    },
    usesLibc,
  };
}

function hostOf(symbol: string): ElfTraits['host'] {
  if (symbol.startsWith('napi_') || symbol.startsWith('node_') || /^_ZNK?2v8/.test(symbol)) return 'node';
  return /^_?Py[A-Z_]/.test(symbol) ? 'python' : null;
}

function muslFloor(elf: ElfFile, newer: readonly { symbol: string; musl: string }[]): ElfAudit['musl'] {
  const asked: { symbol: string | null; musl: string }[] = [...newer];
  if (elf.relr) asked.push({ symbol: null, musl: MUSL_WITH_RELR });
  const floor = asked.map(({ musl }) => musl).reduce(higher, OLDEST_MUSL);
  if (floor === OLDEST_MUSL) return null;
  const library = elf.needed.find((name) => name.startsWith('libc.')) ?? 'libc.so';
  const forcedBy: Forcing[] = asked
    .filter(({ musl }) => musl === floor)
    .map(({ symbol, musl }) => ({ symbol, library, version: `musl ${musl}`, object: null }));
  return { floor, forcedBy };
}

function higher(a: string, b: string): string {
  return compareDotted(a, b) >= 0 ? a : b;
}
