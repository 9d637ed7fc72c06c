/**
 * Where a file runs, held against the table of releases.
 *
 * A verdict is a conclusion, so it says what it was concluded from. "No" is said only where the loader is known to refuse:
 * a version that the release doesn't define, an interpreter or library that it doesn't have, a stack that it won't make
 * executable. "Yes" means that the loader finds all that it asks for among what every installation of the release has.
 * Everything between is "unknown" with its reason: a library that the table doesn't cover, a machine on which it wasn't
 * measured, a release that moves on. A file for glibc isn't refused by musl for being one: musl takes libc.so.6 for
 * itself and ignores versions, so only missing names and glibc's own loader decide.
 */
import {
  distroReleases,
  familyMaximum,
  type DistroRelease,
  type GlibcRelease,
  type MuslRelease,
} from '../abi/distros.ts';
import { compareDotted } from '../abi/dotted.ts';
import { isMuslItself } from '../abi/musl.ts';
import { glibcInterpreters, muslInterpreters } from '../abi/interpreters.ts';
import type { ElfReading } from './elf-audit.ts';
import { familyOf, versionFamilies } from './floor.ts';
import { isGlibcLibrary } from './libc-kind.ts';
import type { ElfAudit, Family, Forcing, Runs, Verdict } from './report.ts';
import type { ElfTraits } from './symbol-traits.ts';

/** A file that was read whole: its report and what the verdicts need besides. */
export interface ReadElf {
  readonly audit: ElfAudit;
  readonly traits: ElfTraits;
}

interface Reason {
  readonly runs: Runs;
  readonly because: string;
}

/** What is asked of every release alike, gathered once per file. */
interface Asked extends ReadElf {
  readonly floors: readonly { readonly family: Family; readonly floor: string; readonly forcing: Forcing }[];
  /** Versions that are a name, so that no order tells who has them. */
  readonly named: readonly { readonly family: Family; readonly version: string }[];
  /** Libraries that don't come with the file. */
  readonly libraries: readonly string[];
  /** Of these, what neither glibc is nor every installation has. */
  readonly uncommon: readonly string[];
}

const NOTHING: ReadonlySet<string> = new Set();

export function isRead(reading: ElfReading): reading is ElfReading & ReadElf {
  return reading.audit !== undefined;
}

/** `bundled` are the libraries that come with the file, so that the release needn't have them. */
export function verdictsOf(
  elf: ReadElf,
  bundled: ReadonlySet<string> = NOTHING,
  releases: readonly DistroRelease[] = distroReleases(),
): Verdict[] {
  if (elf.audit.type === 'rel') return [];
  const asked = askedBy(elf, bundled);
  return releases.map((release) => {
    const reasons = reasonsOf(asked, release);
    const runs =
      (['no', 'unknown'] as const).find((word) => reasons.some((reason) => reason.runs === word)) ?? 'yes';
    const told = reasons.filter((reason) => reason.runs === runs);
    return { distro: release.id, runs, because: told.map(({ because }) => because) };
  });
}

function askedBy({ audit, traits }: ReadElf, bundled: ReadonlySet<string>): Asked {
  const libraries = audit.needed.filter((library) => !bundled.has(library));
  return {
    audit,
    traits,
    floors: versionFamilies.flatMap((family) => {
      const floor = audit.floor[family];
      const forcing = audit.forcedBy[family]?.find(({ library }) => !bundled.has(library));
      return floor === undefined || !forcing ? [] : [{ family, floor, forcing }];
    }),
    named: traits.versionNeeds.flatMap((need) => {
      const of = need.weak || bundled.has(need.library) ? undefined : familyOf(need);
      return of && of.number === undefined ? [{ family: of.family, version: need.version }] : [];
    }),
    libraries,
    uncommon: libraries.filter((library) => !isGlibcLibrary(library) && !everywhere.has(library)),
  };
}

function reasonsOf(asked: Asked, release: DistroRelease): Reason[] {
  const { audit, traits } = asked;
  if (traits.system !== null) return [{ runs: 'no', because: `it is built for ${traits.system}` }];
  const reasons = commonReasons(audit, release);
  if (traits.damage !== null) reasons.push({ runs: 'unknown', because: `it is damaged: ${traits.damage}` });
  switch (audit.libc) {
    case 'static':
      return reasons;
    case 'none':
      return [...reasons, ...measuredThere(audit, release)];
    case 'bionic':
      return [{ runs: 'no', because: 'it is built for Android' }];
    case 'unknown':
      reasons.push({ runs: 'unknown', because: 'its tables do not tell which libc it is built for' });
      break;
    case 'glibc':
    case 'musl':
  }
  reasons.push(...measuredThere(audit, release));
  if (release.libc === 'glibc') reasons.push(...onGlibc(asked, release));
  else reasons.push(...onMusl(asked, release));
  return reasons;
}

function commonReasons(audit: ElfAudit, release: DistroRelease): Reason[] {
  const reasons: Reason[] = [];
  if (audit.isa !== null) reasons.push({ runs: 'yes', because: `on a CPU with ${audit.isa}` });
  const { kernel } = audit;
  if (kernel !== null && release.kernel !== undefined && compareDotted(kernel, release.kernel) > 0) {
    const because = `it asks for Linux ${kernel}, and the release came with ${release.kernel}`;
    reasons.push({ runs: 'unknown', because });
  }
  return reasons;
}

function measuredThere(audit: ElfAudit, release: DistroRelease): Reason[] {
  if (release.arches.includes(audit.machine)) return [];
  const because = `the table was measured on ${release.arches.join(' and ')}, not on ${audit.machine}`;
  return [{ runs: 'unknown', because }];
}

function onGlibc(asked: Asked, release: GlibcRelease): Reason[] {
  const { audit, traits } = asked;
  if (audit.libc === 'musl') return [{ runs: 'no', because: muslOnly(audit) }];
  const reasons = [...tooNew(asked, release), ...namedVersions(asked, release)];
  reasons.push(...wrongPlace(audit, glibcInterpreters));
  for (const library of asked.uncommon) {
    reasons.push({ runs: 'unknown', because: `it needs ${library}, which not every installation has` });
  }
  const glibc = familyMaximum(release, 'GLIBC', audit.machine);
  if (audit.type === 'shared' && glibc !== undefined && compareDotted(glibc, '2.41') >= 0) {
    if (audit.execStack) {
      reasons.push({
        runs: 'no',
        because: 'it asks for an executable stack, which dlopen refuses since glibc 2.41',
      });
    } else if (traits.execStack === undefined) {
      const because =
        'it does not say that it needs no executable stack, and dlopen gives none since glibc 2.41';
      reasons.push({ runs: 'unknown', because });
    }
  }
  return reasons;
}

function muslOnly(audit: ElfAudit): string {
  if (audit.interpreter !== null)
    return `its interpreter ${audit.interpreter} is not there: it is built for musl`;
  const library = audit.needed.find(isMuslItself);
  return `it needs ${library ?? 'libc.so'}, which is musl's`;
}

function tooNew({ audit, floors }: Asked, release: GlibcRelease): Reason[] {
  const reasons: Reason[] = [];
  for (const { family, floor, forcing } of floors) {
    const most = familyMaximum(release, family, audit.machine);
    if (most === undefined) {
      reasons.push({ runs: 'unknown', because: `it needs ${family}_${floor}, which was not measured there` });
    } else if (compareDotted(floor, most) > 0) {
      const what = `it needs ${neededVersion(forcing)}`;
      const because = release.rolling
        ? `${what}, and the release had ${family}_${most} on ${release.date}`
        : `${what}, and the release has ${family}_${most} at most`;
      reasons.push({ runs: release.rolling ? 'unknown' : 'no', because });
    }
  }
  return reasons;
}

function neededVersion({ version, symbol }: Forcing): string {
  return symbol === null ? version : `${version} (${symbol})`;
}

function namedVersions({ named }: Asked, release: GlibcRelease): Reason[] {
  const reasons: Reason[] = [];
  for (const { family, version } of named) {
    if (version === 'GLIBC_PRIVATE') {
      const because = 'it needs GLIBC_PRIVATE, which is another thing in every build of glibc';
      reasons.push({ runs: 'unknown', because });
    } else if (family === 'GLIBC') {
      if (release.named?.includes(version.slice('GLIBC_'.length))) continue;
      const gone = release.rolling || release.named === undefined;
      reasons.push({
        runs: gone ? 'unknown' : 'no',
        because: `it needs ${version}, which the release does not have`,
      });
    } else {
      reasons.push({ runs: 'unknown', because: `it needs ${version}, which was not measured there` });
    }
  }
  return reasons;
}

function onMusl({ audit, traits, libraries }: Asked, release: MuslRelease): Reason[] {
  const reasons = wrongPlace(audit, muslInterpreters);
  if (reasons.some(({ runs }) => runs === 'no')) return reasons;
  for (const library of libraries) {
    if (isMuslItself(library) || library === 'libz.so.1') continue;
    if (isGlibcLibrary(library)) {
      reasons.push({ runs: 'no', because: `it needs ${library}, which is glibc's` });
    } else if (everywhere.has(library) && traits.host === 'node') {
      reasons.push({ runs: 'yes', because: `with the ${library} that Node brings` });
    } else {
      reasons.push({ runs: 'unknown', because: `it needs ${library}, which the base image does not have` });
    }
  }
  const { musl, libstdcxx } = traits;
  if (libstdcxx && libraries.includes(LIBSTDCXX) && compareDotted(libstdcxx.version, release.GLIBCXX) > 0) {
    const because = `it needs ${libstdcxx.symbol}, which came with GLIBCXX_${libstdcxx.version}, and the libstdc++ there is known to have GLIBCXX_${release.GLIBCXX}`;
    reasons.push({ runs: 'unknown', because });
  }
  if (musl && compareDotted(musl.floor, release.musl) > 0) {
    const what = musl.forcedBy[0]!.symbol ?? 'DT_RELR';
    const because = `it needs ${what}, which comes with musl ${musl.floor}, and the release has ${release.musl}`;
    reasons.push({ runs: release.measured && !release.rolling ? 'no' : 'unknown', because });
  }
  if (audit.libc === 'glibc') reasons.push(glibcOnMusl(audit, traits));
  return reasons;
}

function glibcOnMusl(audit: ElfAudit, traits: ElfTraits): Reason {
  const [missing] = traits.notInMusl;
  if (missing === undefined) {
    const because = 'it is built for glibc; musl has every name that it asks for, so it is likely to load';
    return { runs: 'unknown', because };
  }
  if (audit.bindNow) return { runs: 'no', because: `it needs ${missing} of glibc, which musl does not have` };
  const because = `it needs ${missing} of glibc, which musl does not have: refused, or broken where it is called`;
  return { runs: 'unknown', because };
}

/** A program is started by its interpreter, so that has to be where the release has it. */
function wrongPlace(audit: ElfAudit, places: Readonly<Record<string, string>>): Reason[] {
  const { interpreter } = audit;
  if (interpreter === null || audit.type === 'shared') return [];
  const there = places[audit.machine];
  if (there === interpreter) return [];
  const because = `its interpreter ${interpreter} is not the one that the release has`;
  const same = there !== undefined && interpreter.endsWith(there.slice(there.lastIndexOf('/')));
  return [{ runs: there === undefined || same ? 'unknown' : 'no', because }];
}

const LIBSTDCXX = 'libstdc++.so.6';
/** Measured with the table, and used by the package managers themselves. */
const everywhere: ReadonlySet<string> = new Set([LIBSTDCXX, 'libgcc_s.so.1', 'libz.so.1']);
