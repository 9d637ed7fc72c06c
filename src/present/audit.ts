import type { AuditResult, Floor } from '../operations/audit.ts';
import type { ArtifactAudit, ElfAudit, Problem, Verdict } from '../audit/report.ts';
import { printable } from './printable.ts';
import { releasesThat } from './runs-on.ts';
import { styleFor, type Style } from './style.ts';
import { counted } from './units.ts';
import { displayWidth } from './width.ts';

interface Options {
  readonly color: boolean;
  readonly verbose: boolean;
}

/** With more of them, a table comes first and details are for `--verbose`. */
const MOST_IN_FULL = 3;
const MOST_PROBLEMS = 5;

/** The verdict first, then the reason; every file and every release with `verbose`. */
export function renderAudit({ artifacts, floors }: AuditResult, { color, verbose }: Options): string {
  const style = styleFor(color);
  const parts: string[] = [];
  if (artifacts.length > MOST_IN_FULL) parts.push(renderTable(artifacts, floors, style));
  if (artifacts.length <= MOST_IN_FULL || verbose) {
    for (const artifact of artifacts) {
      parts.push(renderArtifact(artifact, floors.get(artifact) ?? [], verbose, style));
    }
  } else {
    parts.push(
      ...artifacts
        .filter(({ problems }) => problems.length > 0)
        .map((artifact) => renderProblems(artifact, style)),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function renderArtifact(
  artifact: ArtifactAudit,
  floors: readonly Floor[],
  verbose: boolean,
  style: Style,
): string {
  const { path, kind, elfs, runsOn, tags, problems } = artifact;
  const lines = [`${style.bold(safe(path))}: ${verdict(artifact)}`];
  lines.push(
    row(
      'is',
      `${kindWords[kind]}${kind === 'elf' ? '' : ` with ${counted(elfs.length, 'native file')}`}${describeMachines(elfs)}`,
    ),
  );
  for (const floor of floors) lines.push(...describeFloor(floor, elfs.length > 1));
  lines.push(...describeReleases(runsOn));
  const reason = runsOn.findLast(({ runs }) => runs === 'no')?.because ?? [];
  if (reason.length > 0) lines.push(row('because', safe(reason[0]!)));
  if (tags.length > 0 && kind === 'wheel') lines.push(row('tag', tags.join(', ')));
  if (verbose) {
    lines.push(...elfs.flatMap((elf) => describeElf(elf, style)));
    lines.push(
      ...runsOn.flatMap(({ distro, runs, because }) =>
        because.map((why) => row(runs, `${distro}: ${safe(why)}`)),
      ),
    );
  }
  lines.push(...problemLines(problems, verbose ? Infinity : MOST_PROBLEMS, style));
  return `${lines.join('\n')}\n`;
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

/** In a few words, so that the first line is enough. */
function verdict({ runsOn, elfs, problems }: ArtifactAudit): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const wrong = errors === 0 ? '' : `; ${counted(errors, 'problem')}`;
  if (elfs.length === 0) return errors === 0 ? 'no native files' : counted(errors, 'problem');
  const releases = shownReleases(runsOn);
  const yes = releases.filter(({ runs }) => runs === 'yes').length;
  if (releases.length === 0) return `object files, which nothing loads${wrong}`;
  if (yes === releases.length) return `runs on all ${yes} releases${wrong}`;
  const unknown = releases.filter(({ runs }) => runs === 'unknown').length;
  const maybe = unknown === 0 ? '' : `, ${unknown} can't be told`;
  return `runs on ${yes} of ${releases.length} releases${maybe}${wrong}`;
}

function describeMachines(elfs: readonly ElfAudit[]): string {
  const kinds = [
    ...new Set(
      elfs.map(({ machine, libc }) =>
        libc === 'none' || libc === 'unknown' ? machine : `${machine} ${libc}`,
      ),
    ),
  ];
  return kinds.length === 0 ? '' : `, ${kinds.slice(0, 6).join(', ')}${kinds.length > 6 ? ', …' : ''}`;
}

function describeFloor({ family, version, elf, hint }: Floor, named: boolean): string[] {
  const forcing = elf.forcedBy[family] ?? [];
  const symbols = forcing.flatMap(({ symbol }) => symbol ?? []);
  const by =
    symbols.length === 0
      ? ''
      : ` (${symbols.slice(0, 3).join(', ')}${symbols.length > 3 ? `, ${symbols.length - 3} more` : ''})`;
  const object = forcing.find(({ object }) => object !== null)?.object;
  const where = `${named ? `, in ${elf.path}` : ''}${object === undefined || object === null ? '' : `, from ${object}`}`;
  const lines = [row('needs', safe(`${family} ${version}${by}${where}`))];
  if (hint !== undefined && family === 'GLIBC') lines.push(row('hint', safe(hint)));
  return lines;
}

/** Images that wheels are built in are no place where users run things. */
function shownReleases(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({ distro }) => !distro.startsWith('manylinux-'));
}

function describeReleases(verdicts: readonly Verdict[]): string[] {
  const releases = shownReleases(verdicts);
  if (releases.every(({ runs }) => runs === 'yes')) return [];
  return (['yes', 'no', 'unknown'] as const).flatMap((runs) => {
    const distros = releasesThat(runs, releases);
    return distros.length === 0
      ? []
      : [row({ yes: 'runs on', no: 'not on', unknown: 'unknown' }[runs], distros.join(', '))];
  });
}

function describeElf(elf: ElfAudit, style: Style): string[] {
  const hardening = [
    elf.relro === 'none' ? 'no RELRO' : `${elf.relro} RELRO`,
    ...(elf.pie ? ['PIE'] : []),
    ...(elf.execStack ? ['executable stack'] : []),
    ...(elf.textrel ? ['text relocations'] : []),
    ...(elf.staticTls ? ['static TLS'] : []),
    ...(elf.relr ? ['DT_RELR'] : []),
    ...(elf.isa === null ? [] : [elf.isa]),
    ...(elf.origin === null ? [] : [`linked by ${elf.origin}`]),
  ];
  const floors = Object.entries(elf.floor).map(([family, version]) => `${family} ${version}`);
  const pairs: [string, string | null][] = [
    ['needs', [...floors, ...elf.needed].join(', ') || 'nothing'],
    ['loader', elf.interpreter],
    ['soname', elf.soname],
    ['rpath', elf.runpath ?? elf.rpath],
    ['with', hardening.join(', ')],
    ['id', elf.buildId],
  ];
  return [
    `  ${style.bold(safe(elf.path))}  ${style.dim(`${elf.machine} ${elf.type} ${elf.libc}`)}`,
    ...pairs.flatMap(([label, text]) =>
      text === null || text === '' ? [] : [`  ${row(label, safe(text))}`],
    ),
  ];
}

function renderProblems({ path, problems }: ArtifactAudit, style: Style): string {
  return `${style.bold(safe(path))}\n${problemLines(problems, MOST_PROBLEMS, style).join('\n')}\n`;
}

function problemLines(problems: readonly Problem[], most: number, style: Style): string[] {
  const shown = problems.slice(0, most).flatMap(({ severity, code, message, hint, path, offset }) => {
    const hue = severity === 'error' ? style.red : style.yellow;
    const place = path === null || message.includes(path) ? '' : `${safe(path)}: `;
    const at = offset === undefined || message.includes('at byte') ? '' : ` (at byte ${offset})`;
    return [
      `  ${style.bold(hue(severity))}: ${place}${safe(message)}${at} ${style.dim(`[${code}]`)}`,
      ...(hint === undefined ? [] : [`    ${style.cyan('hint')}: ${safe(hint)}`]),
    ];
  });
  if (problems.length > most)
    shown.push(`  and ${counted(problems.length - most, 'more problem')}: see them all with --verbose`);
  return shown;
}

/** Distros that stand for the others: who runs something else knows which of these it is like. */
const KNOWN = /^(?:debian|ubuntu|rhubi|alpine)-[\d.]+$/;

function renderTable(
  artifacts: readonly ArtifactAudit[],
  floors: AuditResult['floors'],
  style: Style,
): string {
  const rows = artifacts.map((artifact) => {
    const { path, elfs, runsOn, problems } = artifact;
    const machines = [...new Set(elfs.map(({ machine }) => machine))];
    const libcs = [...new Set(elfs.map(({ libc }) => libc))];
    const [floor] = floors.get(artifact) ?? [];
    return [
      safe(path),
      machines.length > 2 ? `${machines.length} CPUs` : machines.join(' '),
      floor?.family === 'GLIBC' ? `glibc ${floor.version}` : libcs.join(' '),
      inShort(runsOn, elfs.length),
      problems.length === 0 ? '' : style.yellow(counted(problems.length, 'problem')),
    ];
  });
  const table = [['artifact', 'CPU', 'needs', 'runs on', ''].map((word) => style.dim(word)), ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((cells) => displayWidth(cells[column]!))),
  );
  return table
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function inShort(verdicts: readonly Verdict[], files: number): string {
  const releases = shownReleases(verdicts);
  if (releases.length === 0) return files === 0 ? 'no native files' : '';
  if (releases.every(({ runs }) => runs === 'yes')) return 'everything';
  const known = releases
    .filter(({ distro }) => KNOWN.test(distro))
    .map((verdict) => ({ ...verdict, distro: verdict.distro.replace('rhubi', 'rhel') }));
  const yes = releasesThat('yes', known);
  if (yes.length > 0) return yes.join(', ');
  return releasesThat('unknown', known).length > 0
    ? `unknown: ${releasesThat('unknown', known).join(', ')}`
    : 'nothing';
}

function row(label: string, text: string): string {
  return `    ${label.padEnd(8)} ${text}`;
}

/** Names come out of archives that anybody may have made. */
function safe(text: string): string {
  return printable(text, false);
}
