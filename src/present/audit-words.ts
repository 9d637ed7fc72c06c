/** What the forms of an audit's report say in common: a verdict in few words, a floor, releases, a row of a table. */
import type { Floor } from '../audit/artifact-floors.ts';
import type { ArtifactAudit, ElfAudit, Verdict } from '../audit/report.ts';
import { releasesThat } from './runs-on.ts';
import { counted } from '../base/units.ts';

/** In a few words, so that the first line is enough. */
export function verdictOf({ runsOn, elfs, problems }: ArtifactAudit): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const wrong = errors === 0 ? '' : `; ${counted(errors, 'problem')}`;
  if (elfs.length === 0) return errors === 0 ? 'no native files' : counted(errors, 'problem');
  const releases = shownReleases(runsOn);
  const yes = releases.filter(({ runs }) => runs === 'yes').length;
  if (releases.length === 0) return `object files, which nothing loads by themselves${wrong}`;
  if (yes === releases.length) return `runs on all ${yes} releases of the table${wrong}`;
  const unknown = releases.filter(({ runs }) => runs === 'unknown').length;
  const maybe = unknown === 0 ? '' : `, ${unknown} can't be told`;
  return `runs on ${yes} of ${releases.length} releases${maybe}${wrong}`;
}

/** `x86_64 glibc, x86_64 musl`; a CPU alone only where no file for it needs a libc. */
function machinesOf(elfs: readonly ElfAudit[]): string {
  const withLibc = new Set(elfs.filter(needsLibc).map(({ machine }) => machine));
  const kinds = new Set(
    elfs
      .filter((elf) => needsLibc(elf) || !withLibc.has(elf.machine))
      .map((elf) => (needsLibc(elf) ? `${elf.machine} ${elf.libc}` : elf.machine)),
  );
  const some = [...kinds].slice(0, MOST_MACHINES);
  return `${some.join(', ')}${kinds.size > some.length ? ', …' : ''}`;
}

function needsLibc({ libc }: ElfAudit): boolean {
  return libc !== 'none' && libc !== 'unknown';
}

/** `a wheel with 2 native files, x86_64 glibc` */
export function describeArtifact({ kind, elfs }: ArtifactAudit): string {
  const files = kind === 'elf' ? '' : ` with ${counted(elfs.length, 'native file')}`;
  return `${kindWords[kind]}${files}${elfs.length === 0 ? '' : `, ${machinesOf(elfs)}`}`;
}

const kindWords: Record<ArtifactAudit['kind'], string> = {
  elf: 'an ELF file',
  folder: 'a folder',
  npm: 'an npm package',
  wheel: 'a wheel',
  deb: 'a Debian package',
  apk: 'an apk package',
  rpm: 'an rpm package',
  tar: 'a tar archive',
  zip: 'a zip archive',
  oci: 'an image',
  ar: 'a static library',
};

const MOST_MACHINES = 6;
const MOST_SYMBOLS = 3;

/** `GLIBC 2.28 (fcntl64), in package/x.node, from x.o` */
export function describeFloor({ family, version, elf }: Floor, named: boolean): string {
  const forcing = elf.forcedBy[family] ?? [];
  const symbols = forcing.flatMap(({ symbol }) => symbol ?? []);
  const rest = symbols.length - MOST_SYMBOLS;
  const some = symbols.slice(0, MOST_SYMBOLS).join(', ');
  const by = symbols.length === 0 ? '' : ` (${some}${rest > 0 ? ` and ${rest} more` : ''})`;
  const object = forcing.find(({ object }) => object !== null)?.object ?? null;
  return `${family} ${version}${by}${named ? `, in ${elf.path}` : ''}${object === null ? '' : `, from ${object}`}`;
}

/** Images that wheels are built in are no place where users run things. */
export function shownReleases(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({ distro }) => !distro.startsWith('manylinux-'));
}

interface ReleaseLine {
  readonly label: 'runs on' | 'not on' | 'unknown';
  readonly releases: string;
}

/** Nothing where every release agrees to run it: the verdict has said so. */
export function describeReleases(verdicts: readonly Verdict[]): ReleaseLine[] {
  const releases = shownReleases(verdicts);
  if (releases.every(({ runs }) => runs === 'yes')) return [];
  const labels = { yes: 'runs on', no: 'not on', unknown: 'unknown' } as const;
  return (['yes', 'no', 'unknown'] as const).flatMap((runs) => {
    const distros = releasesThat(runs, releases);
    return distros.length === 0 ? [] : [{ label: labels[runs], releases: distros.join(', ') }];
  });
}

/** Why the newest release that doesn't run it doesn't, and what makes most of the doubts. */
export function mainReasons(verdicts: readonly Verdict[]): { label: string; reason: string }[] {
  const shown = shownReleases(verdicts);
  const no = shown.findLast(({ runs }) => runs === 'no');
  const unknown = shown.filter(({ runs }) => runs === 'unknown');
  const doubt = commonestReason(unknown);
  const doubted = unknown.findLast(({ because }) => doubt !== undefined && because.includes(doubt));
  return [
    ...(no?.because[0] === undefined ? [] : [{ label: 'because', reason: `${no.distro}: ${no.because[0]}` }]),
    ...(doubted === undefined ? [] : [{ label: 'in doubt', reason: `${doubted.distro}: ${doubt}` }]),
  ];
}

/** Of several that are as common, that of the newest release. */
function commonestReason(verdicts: readonly Verdict[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { because } of verdicts.toReversed())
    for (const reason of because) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

/** Artifact, CPU, what it needs, where it runs, how many problems: the columns of a table. */
export function artifactRow(artifact: ArtifactAudit, floors: readonly Floor[]): string[] {
  const { path, elfs, runsOn, problems } = artifact;
  const machines = [...new Set(elfs.map(({ machine }) => machine))];
  const glibc = floors.find(({ family }) => family === 'GLIBC');
  const libcs = [...new Set(elfs.map(({ libc }) => libc))].filter(
    (libc) => libc !== 'none' && libc !== 'unknown',
  );
  const needs = libcs.map((libc) =>
    libc === 'glibc' && glibc !== undefined ? `glibc ${glibc.version}` : libc,
  );
  return [
    path,
    machines.length > 2 ? `${machines.length} CPUs` : machines.join(' '),
    needs.join(', '),
    runsInShort(runsOn, elfs.length),
    problems.length === 0 ? '' : counted(problems.length, 'problem'),
  ];
}

/** Distros that stand for the others: who runs something else knows which of these it is like. */
const KNOWN = /^(?:debian|ubuntu|rhubi|alpine)-[\d.]+$/;

function runsInShort(verdicts: readonly Verdict[], files: number): string {
  const releases = shownReleases(verdicts);
  if (releases.length === 0) return files === 0 ? 'no native files' : '';
  if (releases.every(({ runs }) => runs === 'yes')) return 'everything';
  const known = releases
    .filter(({ distro }) => KNOWN.test(distro))
    .map((verdict) => ({ ...verdict, distro: verdict.distro.replace('rhubi', 'rhel') }));
  const yes = releasesThat('yes', known).join(', ');
  if (yes !== '') return yes;
  const unknown = releasesThat('unknown', known).join(', ');
  return unknown === '' ? 'none of debian, ubuntu, rhel, alpine' : `perhaps ${unknown}`;
}
