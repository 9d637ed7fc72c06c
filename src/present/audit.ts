import type { Floor } from '../audit/artifact-floors.ts';
import type { AuditResult } from '../operations/audit.ts';
import type { ArtifactAudit, ElfAudit, Problem } from '../audit/report.ts';
import {
  artifactRow,
  describeArtifact,
  describeFloor,
  describeReleases,
  mainReasons,
  verdictOf,
} from './audit-words.ts';
import { plainText } from './printable.ts';
import { styleFor, type Style } from './style.ts';
import { counted } from '../base/units.ts';
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
  const inFull = verbose || artifacts.length <= MOST_IN_FULL;
  const table = artifacts.length > MOST_IN_FULL ? [renderTable(artifacts, floors, style)] : [];
  const wrong = artifacts.filter(({ problems }) => problems.length > 0);
  const parts = inFull
    ? artifacts.map((artifact) => renderArtifact(artifact, floors.get(artifact) ?? [], verbose, style))
    : wrong.map((artifact) => renderProblems(artifact, style));
  return [...table, ...parts].join('\n');
}

function renderArtifact(
  artifact: ArtifactAudit,
  floors: readonly Floor[],
  verbose: boolean,
  style: Style,
): string {
  const { path, kind, elfs, runsOn, tags, problems } = artifact;
  const lines = [`${style.bold(plainText(path))}: ${verdictOf(artifact)}`];
  if (elfs.length > 0 || kind !== 'elf') {
    lines.push(row('is', describeArtifact(artifact)));
  }
  for (const floor of floors) {
    lines.push(row('needs', plainText(describeFloor(floor, elfs.length > 1))));
    if (floor.hint !== undefined && floor.family === 'GLIBC') lines.push(row('hint', plainText(floor.hint)));
  }
  for (const { label, releases } of describeReleases(runsOn)) lines.push(row(label, releases));
  for (const { label, reason } of mainReasons(runsOn)) lines.push(row(label, plainText(reason)));
  if (tags.length > 0 && kind === 'wheel') lines.push(row('tag', tags.join(', ')));
  if (verbose) {
    lines.push(...elfs.flatMap((elf) => describeElf(elf, style)));
    for (const { distro, runs, because } of runsOn) {
      lines.push(...because.map((why) => row(runs, `${distro}: ${plainText(why)}`)));
    }
  }
  lines.push(...problemLines(problems, verbose ? Infinity : MOST_PROBLEMS, style));
  return `${lines.join('\n')}\n`;
}

function describeElf(elf: ElfAudit, style: Style): string[] {
  const traits = [
    elf.relro === 'none' ? 'no RELRO' : `${elf.relro} RELRO`,
    ...(elf.pie ? ['PIE'] : []),
    ...(elf.execStack ? ['executable stack'] : []),
    ...(elf.textrel ? ['text relocations'] : []),
    ...(elf.staticTls ? ['static TLS'] : []),
    ...(elf.relr ? ['DT_RELR'] : []),
    ...(elf.isa === null ? [] : [elf.isa]),
    ...(elf.origin === null ? [] : [`made with ${elf.origin}`]),
  ];
  const floors = Object.entries(elf.floor).map(([family, version]) => `${family} ${version}`);
  const pairs: readonly (readonly [string, string | null])[] = [
    ['needs', [...floors, ...elf.needed].join(', ') || 'nothing'],
    ['loader', elf.interpreter],
    ['soname', elf.soname],
    ['rpath', elf.runpath ?? elf.rpath],
    ['with', elf.type === 'rel' ? null : traits.join(', ')],
    ['kernel', elf.kernel],
    ['id', elf.buildId],
  ];
  return [
    `  ${style.bold(plainText(elf.path))}  ${style.dim(`${elf.machine} ${elf.type} ${elf.libc}`)}`,
    ...pairs.flatMap(([label, text]) => (text === null ? [] : [row(label, plainText(text))])),
  ];
}

function renderProblems({ path, problems }: ArtifactAudit, style: Style): string {
  return `${style.bold(plainText(path))}\n${problemLines(problems, MOST_PROBLEMS, style).join('\n')}\n`;
}

function problemLines(problems: readonly Problem[], most: number, style: Style): string[] {
  const lines = problems.slice(0, most).flatMap(({ severity, code, message, hint, path, offset }) => {
    const hue = severity === 'error' ? style.red : style.yellow;
    const place = path === null || message.includes(path) ? '' : `${plainText(path)}: `;
    const at = offset === undefined || message.includes('(at byte ') ? '' : ` (at byte ${offset})`;
    return [
      `  ${style.bold(hue(severity))}: ${place}${plainText(message)}${at} ${style.dim(`[${code}]`)}`,
      ...(hint === undefined ? [] : [`    ${style.cyan('hint')}: ${plainText(hint)}`]),
    ];
  });
  const hidden = problems.length - most;
  return hidden > 0 ? [...lines, `  and ${counted(hidden, 'more problem')}: see all with --verbose`] : lines;
}

function renderTable(
  artifacts: readonly ArtifactAudit[],
  floors: AuditResult['floors'],
  style: Style,
): string {
  const head = ['artifact', 'CPU', 'needs', 'runs on', ''].map(style.dim);
  const rows = artifacts.map((artifact) => {
    const [path, cpu, needs, runs, problems] = artifactRow(artifact, floors.get(artifact) ?? []);
    return [plainText(path!), cpu!, needs!, runs!, style.yellow(problems!)];
  });
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => displayWidth(cells[column]!))));
  const padded = table.map((cells) =>
    cells.map((cell, column) => cell + ' '.repeat(widths[column]! - displayWidth(cell))),
  );
  return padded.map((cells) => `${cells.join('  ').trimEnd()}\n`).join('');
}

function row(label: string, text: string): string {
  return `    ${label.padEnd(8)} ${text}`;
}
