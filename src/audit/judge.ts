import type { AbiPromise } from '../abi/promise.ts';
import type { ArtifactAudit, LibcKind, Runs, Verdict } from './report.ts';
import { judgeDistroPackage } from './claims/distro-package.ts';
import type { Judged } from './claims/judged.ts';
import { judgeNpm, parseManifest } from './claims/npm.ts';
import { judgePrebuilds } from './claims/prebuilds.ts';
import { judgeWheel } from './claims/wheel.ts';
import { promiseProblems } from './promises.ts';
import { rpathProblems } from './rpath-check.ts';
import { verdictsOf } from './verdict.ts';
import { weakFloorProblems } from './weak-floor.ts';
import type { Contents, FoundElf } from './walk/contents.ts';
import { wheelTagsOf } from './wheel-tags.ts';

/** What is known of an artifact besides its contents. */
export interface ArtifactName {
  /** As the report calls it. */
  readonly path: string;
  /** The last part of its path, which wheels make claims with. */
  readonly fileName: string;
  readonly sha256: string | null;
  readonly promises: readonly AbiPromise[];
}

/** From what an artifact holds to what is said of it: claims, tags, verdicts. Reads nothing. */
export function judge(contents: Contents, { path, fileName, sha256, promises }: ArtifactName): ArtifactAudit {
  const bundled = bundledBy(contents.elfs);
  const tags = wheelTagsOf(contents.elfs, bundled);
  const judged = judgeClaims(contents, fileName, tags, bundled);
  return {
    path,
    kind: contents.kind,
    sha256,
    claims: judged.claims,
    tags,
    runsOn: artifactVerdicts(contents, bundled),
    problems: [
      ...contents.problems,
      ...judged.problems,
      ...contents.elfs.flatMap(({ audit }) => rpathProblems(audit)),
      ...contents.elfs.flatMap(weakFloorProblems),
      ...promiseProblems(contents.elfs, promises, bundled),
    ],
    elfs: contents.elfs.map(({ audit }) => audit),
  };
}

/** Libraries that the artifact brings itself, by the names that others ask for. */
function bundledBy(elfs: readonly FoundElf[]): ReadonlySet<string> {
  const libraries = elfs.filter(({ audit }) => audit.type === 'shared' || audit.type === 'pie');
  return new Set(
    libraries.flatMap(({ audit: { soname, path } }) => [
      path.slice(path.lastIndexOf('/') + 1),
      ...(soname === null ? [] : [soname]),
    ]),
  );
}

function judgeClaims(
  contents: Contents,
  fileName: string,
  tags: readonly string[],
  bundled: ReadonlySet<string>,
): Judged {
  switch (contents.kind) {
    case 'npm': {
      const judged = judgeNpm(contents, npmRoot(contents) ?? '');
      return { ...judged, problems: [...judged.problems, ...judgePrebuilds(contents)] };
    }
    case 'wheel':
      return judgeWheel(contents, fileName, tags, bundled);
    case 'deb':
    case 'apk':
    case 'rpm':
      return judgeDistroPackage(contents);
    case 'oci':
      return { claims: { platforms: contents.platforms }, problems: [] };
    case 'elf':
    case 'folder':
    case 'tar':
    case 'zip':
    case 'ar':
      return { claims: {}, problems: judgePrebuilds(contents) };
  }
}

/** The folder of package.json: usually `package/`; undefined where there is no package.json with a name and version. */
export function npmRoot({ texts }: Contents): string | undefined {
  const manifests = [...texts].filter(([path]) => /^(?:[^/]+\/)?package\.json$/.test(path));
  if (manifests.length !== 1) return undefined;
  const [path, text] = manifests[0]!;
  return parseManifest(text) === undefined ? undefined : path.slice(0, -'package.json'.length);
}

const ORDER: readonly Runs[] = ['yes', 'unknown', 'no'];
const MOST_REASONS = 3;

/**
 * All files for one CPU and one libc must run together. Where an artifact has files for several libcs, as prebuilt addons
 * do, a release needs one of them; where it has files for several CPUs, the release is as good as its worst.
 */
function artifactVerdicts(contents: Contents, bundled: ReadonlySet<string>): Verdict[] {
  const perMachine = new Map<string, FoundElf[]>();
  for (const elf of contents.elfs) {
    if (elf.audit.type === 'rel') continue;
    const { machine } = elf.audit;
    const list = perMachine.get(machine);
    if (list === undefined) perMachine.set(machine, [elf]);
    else list.push(elf);
  }
  const machines = [...perMachine].map(([machine, elfs]) => ({
    machine,
    verdicts: bestOf(
      variants(elfs).map((variant) =>
        worstOf(variant.map((elf) => verdictsOfFile(elf, bundled, contents.elfs.length > 1))),
      ),
    ),
  }));
  if (machines.length <= 1) return machines[0]?.verdicts ?? [];
  const named = machines.map(({ machine, verdicts }) =>
    verdicts.map((verdict) => ({
      ...verdict,
      because: verdict.because.map((reason) => `on ${machine}: ${reason}`),
    })),
  );
  return acrossMachines(named);
}

/** A CPU on which nobody measured must not hide what is known of the others: its doubt becomes a condition. */
function acrossMachines(lists: readonly (readonly Verdict[])[]): Verdict[] {
  return (lists[0] ?? []).map(({ distro }, index) => {
    const verdicts = lists.map((list) => list[index]!);
    const runs = (['no', 'yes'] as const).find((word) => verdicts.some((verdict) => verdict.runs === word));
    const told = runs === 'no' ? verdicts.filter((verdict) => verdict.runs === 'no') : verdicts;
    const because = someReasons(told.flatMap((verdict) => verdict.because));
    return { distro, runs: runs ?? 'unknown', because };
  });
}

/** Files for Android and the BSDs count only where there is nothing else: no release of the table runs them. */
function variants(all: readonly FoundElf[]): FoundElf[][] {
  const forLinux = all.filter(({ traits }) => traits.system === null);
  const elfs = forLinux.length === 0 ? all : forLinux;
  const common = elfs.filter(({ audit }) => !['glibc', 'musl', 'bionic'].includes(audit.libc));
  const [glibc, musl, bionic] = (['glibc', 'musl', 'bionic'] as const).map((libc) =>
    elfs.filter(({ audit }) => audit.libc === libc),
  );
  const linux = [glibc!, musl!].filter((list) => list.length > 0);
  const own = linux.length === 0 && bionic!.length > 0 ? [bionic!] : linux;
  if (own.length === 0) return [common];
  return own.map((list) => [...list, ...common.map((elf) => withLibc(elf, list[0]!.audit.libc))]);
}

/** A library that needs nothing but its neighbours uses the libc that they use. */
function withLibc(elf: FoundElf, libc: LibcKind): FoundElf {
  return elf.audit.libc === 'unknown' ? { ...elf, audit: { ...elf.audit, libc } } : elf;
}

function verdictsOfFile(elf: FoundElf, bundled: ReadonlySet<string>, named: boolean): Verdict[] {
  const verdicts = verdictsOf(elf, bundled);
  if (!named) return verdicts;
  return verdicts.map((verdict) => ({
    ...verdict,
    because: verdict.because.map((reason) => `${elf.audit.path}: ${reason}`),
  }));
}

function worstOf(lists: readonly (readonly Verdict[])[]): Verdict[] {
  return combine(lists, (verdicts) => Math.max(...verdicts.map(({ runs }) => ORDER.indexOf(runs))));
}

function bestOf(lists: readonly (readonly Verdict[])[]): Verdict[] {
  return combine(lists, (verdicts) => Math.min(...verdicts.map(({ runs }) => ORDER.indexOf(runs))));
}

/** All lists have the same releases in the same order. */
function combine(
  lists: readonly (readonly Verdict[])[],
  choose: (verdicts: readonly Verdict[]) => number,
): Verdict[] {
  if (lists.length === 1)
    return lists[0]!.map((verdict) => ({ ...verdict, because: someReasons(verdict.because) }));
  return (lists[0] ?? []).map(({ distro }, index) => {
    const verdicts = lists.map((list) => list[index]!);
    const runs = ORDER[choose(verdicts)]!;
    const because = verdicts.filter((verdict) => verdict.runs === runs).flatMap((verdict) => verdict.because);
    return { distro, runs, because: someReasons([...new Set(because)]) };
  });
}

function someReasons(reasons: readonly string[]): readonly string[] {
  if (reasons.length <= MOST_REASONS + 1) return reasons;
  const rest = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), `and ${rest} more reasons`];
}
