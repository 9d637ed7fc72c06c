import { distroReleases } from '../abi/distros.ts';
import { compareDotted } from '../abi/dotted.ts';
import { firstGlibcOf } from '../abi/glibc.ts';
import type { Libc } from '../abi/libc.ts';
import { isMuslItself } from '../abi/musl.ts';
import { promiseWord, type AbiPromise } from '../abi/promise.ts';
import { policyFor, wheelPolicies } from '../abi/wheel-policies.ts';
import { familyOf } from './floor.ts';
import { isGlibcLibrary } from './libc-kind.ts';
import type { ElfAudit, Family, Problem } from './report.ts';
import { verdictsOf, type ReadElf } from './verdict.ts';
import { againstPolicy } from './wheel-tags.ts';

/** What became of one promise. "Unproven" is no "kept": nobody computed it. */
export interface PromiseAnswer {
  readonly word: string;
  readonly result: 'kept' | 'broken' | 'unproven';
  /** Why it isn't kept; names symbols and libraries. */
  readonly because: readonly string[];
  readonly hint?: string | undefined;
}

type Answer = Omit<PromiseAnswer, 'word'>;

const KEPT: Answer = { result: 'kept', because: [] };
const NOTHING: ReadonlySet<string> = new Set();

/** An object file promises nothing: nothing loads it. */
export function checkPromises(
  elf: ReadElf,
  promises: readonly AbiPromise[],
  bundled: ReadonlySet<string> = NOTHING,
): PromiseAnswer[] {
  return promises.map((promise) => {
    const answer = elf.audit.type === 'rel' ? KEPT : answerTo(elf, promise, bundled);
    return { word: promiseWord(promise), ...answer };
  });
}

/** As a report shows it; undefined where the promise is kept. */
export function promiseProblem(answer: PromiseAnswer, path: string | null): Problem | undefined {
  if (answer.result === 'kept') return undefined;
  const broken = answer.result === 'broken';
  const reasons = answer.because.join('; ');
  return {
    code: broken ? 'promise-broken' : 'promise-unproven',
    severity: 'error',
    message: broken
      ? `the promise ${answer.word} is broken: ${reasons}`
      : `the promise ${answer.word} can't be told: ${reasons}`,
    hint: answer.hint,
    path,
  };
}

function answerTo(elf: ReadElf, promise: AbiPromise, bundled: ReadonlySet<string>): Answer {
  const { audit, traits } = elf;
  if (traits.damage !== null) return { result: 'unproven', because: [`it is damaged: ${traits.damage}`] };
  if (traits.system !== null && speaksOfLinux(promise)) return broken(`it is built for ${traits.system}`);
  switch (promise.kind) {
    case 'glibc':
      return isForLibc(audit, 'glibc') ?? withinFloor(elf, 'GLIBC', promise.version, bundled);
    case 'glibcxx':
      return withinFloor(elf, 'GLIBCXX', promise.version, bundled);
    case 'musl':
      return isForLibc(audit, 'musl') ?? withinMusl(elf, promise.version);
    case 'static':
      return isStatic(audit);
    case 'manylinux':
    case 'musllinux':
      return carriesTag(elf, promise.kind, promise.version, bundled);
    case 'runs-on':
      return runsThere(elf, promise.distro, bundled);
    case 'interpreter':
      return isExactly('its interpreter', audit.interpreter, promise.path);
    case 'rpath':
      return isExactly('its RPATH', audit.runpath ?? audit.rpath, promise.path);
    case 'needs':
      return needsOnly(audit, new Set([...promise.libraries, ...bundled]));
    case 'isa':
    default:
      if (Number(audit.isa?.slice(-1) ?? 1) <= promise.level) return KEPT;
      return broken(`it asks for a CPU with ${audit.isa}`, 'build with a lower -march');
  }
}

function speaksOfLinux({ kind }: AbiPromise): boolean {
  return (
    kind !== 'static' && kind !== 'interpreter' && kind !== 'rpath' && kind !== 'needs' && kind !== 'isa'
  );
}

function broken(because: string, hint?: string): Answer {
  return { result: 'broken', because: [because], hint };
}

function isForLibc(audit: ElfAudit, libc: Libc): Answer | undefined {
  if (audit.libc === libc || audit.libc === 'static' || audit.libc === 'none') return undefined;
  if (audit.libc === 'unknown') {
    return { result: 'unproven', because: ['its tables do not tell which libc it is built for'] };
  }
  return broken(`it is built for ${audit.libc}`, `build it in an environment with ${libc}`);
}

function withinFloor(elf: ReadElf, family: Family, most: string, bundled: ReadonlySet<string>): Answer {
  const { audit, traits } = elf;
  const unordered = traits.versionNeeds.find((need) => {
    const of = need.weak || bundled.has(need.library) ? undefined : familyOf(need);
    return of?.family === family && of.number === undefined;
  });
  const floor = audit.floor[family];
  const forcing = audit.forcedBy[family]?.filter(({ library }) => !bundled.has(library)) ?? [];
  if (floor !== undefined && forcing.length > 0 && compareDotted(floor, most) > 0) {
    const because = forcing
      .slice(0, MOST_SHOWN)
      .map(({ symbol, library, version, object }) =>
        symbol === null
          ? `it needs ${version} of ${library}`
          : `it needs ${symbol} of ${library} (${version})${object === null ? '' : `, by ${object}`}`,
      );
    if (forcing.length > MOST_SHOWN)
      because.push(`and ${forcing.length - MOST_SHOWN} more symbols of ${family}_${floor}`);
    return { result: 'broken', because, hint: floorHint(audit, family) };
  }
  if (!unordered) return KEPT;
  const { version, library } = unordered;
  if (version !== 'GLIBC_PRIVATE')
    return { result: 'unproven', because: [`it needs ${version} of ${library}`] };
  return broken(`it needs ${version} of ${library}, which is another thing in every build of glibc`);
}

const MOST_SHOWN = 5;

/** What to do about a floor: where it comes from, and what would be left without it. */
export function floorHint(audit: ElfAudit, family: Family): string | undefined {
  const floor = audit.floor[family];
  const [first, ...others] = audit.forcedBy[family] ?? [];
  if (floor === undefined || !first) return undefined;
  const least = family === 'GLIBC' ? firstGlibcOf(audit.machine) : undefined;
  if (least !== undefined && compareDotted(floor, least) <= 0) return undefined;
  const name = family === 'GLIBC' ? `glibc ${floor}` : `${family}_${floor}`;
  const what = first.symbol === null ? first.version : `\`${first.symbol}\``;
  const next = audit.nextLower[family];
  const them = others.length === 0 ? 'it' : 'them';
  const left = next === null || next === undefined ? '' : `; without ${them}, ${family}_${next} would do`;
  if (first.version === 'GLIBC_ABI_DT_RELR') return `link with -z nopack-relative-relocs${left}`;
  const come = others.length === 0 ? 'comes' : `and ${others.length} more come`;
  return `${what} ${come} with ${name}: build in an environment below that, or against an older sysroot${left}`;
}

function withinMusl({ audit, traits }: ReadElf, most: string | undefined): Answer {
  if (audit.libc === 'static' || most === undefined) return KEPT;
  const { musl } = traits;
  if (!musl || compareDotted(musl.floor, most) <= 0) return KEPT;
  const names = musl.forcedBy.slice(0, MOST_SHOWN).map(({ symbol }) => symbol ?? 'DT_RELR');
  return broken(
    `it needs ${names.join(', ')} of musl ${musl.floor}`,
    `build in an Alpine release with musl ${most} or older`,
  );
}

function isStatic(audit: ElfAudit): Answer {
  if (audit.interpreter !== null) {
    return broken(`it is started by ${audit.interpreter}`, 'link with -static, or with -static-pie');
  }
  const [library] = audit.needed;
  if (library !== undefined) return broken(`it needs ${library}`, `link ${library} in, or leave it out`);
  if (audit.type === 'static-exec' || audit.type === 'static-pie' || audit.libc === 'none') return KEPT;
  return {
    result: 'unproven',
    because: ['it is a library that leaves the libc to the program that loads it'],
  };
}

function carriesTag(
  elf: ReadElf,
  kind: 'manylinux' | 'musllinux',
  version: string,
  bundled: ReadonlySet<string>,
): Answer {
  const policy = policyFor(wheelPolicies()[kind], version);
  if (!policy) return { result: 'unproven', because: [`no policy for ${kind} ${version} is known`] };
  const because = againstPolicy(elf, policy, bundled);
  if (because.length === 0) return KEPT;
  return {
    result: 'broken',
    because,
    hint: kind === 'manylinux' ? floorHint(elf.audit, 'GLIBC') : undefined,
  };
}

function runsThere(elf: ReadElf, distro: string, bundled: ReadonlySet<string>): Answer {
  const release = distroReleases().find(({ id }) => id === distro);
  if (!release) return { result: 'unproven', because: [`the table has no release ${distro}`] };
  const [verdict] = verdictsOf(elf, bundled, [release]);
  if (!verdict || verdict.runs === 'yes') return KEPT;
  return { result: verdict.runs === 'no' ? 'broken' : 'unproven', because: verdict.because };
}

function isExactly(what: string, found: string | null, wanted: string): Answer {
  if (found === wanted) return KEPT;
  return broken(found === null ? `it has none` : `${what} is ${found}`);
}

function needsOnly(audit: ElfAudit, allowed: ReadonlySet<string>): Answer {
  const others = audit.needed.filter(
    (library) => !allowed.has(library) && !isGlibcLibrary(library) && !isMuslItself(library),
  );
  if (others.length === 0) return KEPT;
  return broken(
    `it needs ${others.join(', ')}`,
    'link it in, ship it beside the file, or add it to the promise',
  );
}
