import { compareDotted } from '../abi/dotted.ts';
import type { DynamicSymbols, VersionNeed } from '../formats/elf/elf-symbols.ts';
import { isLibgcc } from './libc-kind.ts';
import type { ElfAudit, Family, Forcing } from './report.ts';

export const versionFamilies: readonly Family[] = ['GLIBC', 'GLIBCXX', 'CXXABI', 'GCC', 'ZLIB', 'LIBATOMIC'];

/** Versions of glibc with a name in place of a number, and the release that brought them. */
const namedVersions: Readonly<Record<string, string>> = {
  GLIBC_ABI_DT_RELR: '2.36',
};

/** The first glibc whose loader knows DT_RELR; older ones leave the relocations out and the program crashes. */
const RELR = { version: 'GLIBC_ABI_DT_RELR', library: 'libc.so.6' } as const;

/** A needed version that counts for a family: not weak, not of a library that only borrows the name. */
interface CountedNeed extends VersionNeed {
  readonly family: Family;
  readonly number: string;
}

/** `GLIBCXX_3.4.25` is version 3.4.25 of the family GLIBCXX; undefined where it belongs to none. */
export function familyOf(need: VersionNeed): { family: Family; number: string | undefined } | undefined {
  const cut = need.version.indexOf('_');
  const family = versionFamilies.find((name) => name === need.version.slice(0, cut));
  if (!family || (family === 'GLIBC' && isLibgcc(need.library))) return undefined;
  const rest = need.version.slice(cut + 1);
  return { family, number: /^\d+(\.\d+)*$/.test(rest) ? rest : namedVersions[need.version] };
}

type Floors = Pick<ElfAudit, 'floor' | 'forcedBy' | 'nextLower'>;

/**
 * Per family the highest version that is needed. Versions marked weak don't count: the loader goes on without them. A
 * weak symbol counts, since its version is looked for all the same.
 */
export function floorsOf(
  needs: readonly VersionNeed[],
  symbols: DynamicSymbols | undefined,
  relr: boolean,
): Floors {
  const counted = needs.flatMap((need): CountedNeed[] => {
    const of = need.weak ? undefined : familyOf(need);
    return of?.number === undefined ? [] : [{ ...need, family: of.family, number: of.number }];
  });
  if (relr && !counted.some(({ version }) => version === RELR.version)) {
    counted.push({ ...RELR, weak: false, index: 0, family: 'GLIBC', number: namedVersions[RELR.version]! });
  }
  const floor: Partial<Record<Family, string>> = {};
  const nextLower: Partial<Record<Family, string | null>> = {};
  for (const { family, number } of counted) {
    if (floor[family] === undefined || compareDotted(number, floor[family]) > 0) floor[family] = number;
  }
  for (const { family, number } of counted) {
    const below = nextLower[family] ?? null;
    const lower = number !== floor[family] && (below === null || compareDotted(number, below) > 0);
    nextLower[family] = lower ? number : below;
  }
  const forcing = counted.filter(({ family, number }) => number === floor[family]);
  return { floor, nextLower, forcedBy: forcingSymbols(forcing, symbols) };
}

function forcingSymbols(
  needs: readonly CountedNeed[],
  symbols: DynamicSymbols | undefined,
): Partial<Record<Family, Forcing[]>> {
  const names = symbols?.ofVersions(new Set(needs.map(({ index }) => index)));
  const forcedBy: Partial<Record<Family, Forcing[]>> = {};
  for (const { family, library, version, index } of needs) {
    const list = (forcedBy[family] ??= []);
    for (const symbol of names?.get(index) ?? [null]) list.push({ symbol, library, version, object: null });
  }
  return forcedBy;
}
