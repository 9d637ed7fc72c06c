import { jsonText } from '../base/json-text.ts';
import type { Group } from '../doctor/check.ts';
import type { Finding } from '../doctor/examine.ts';
import type { Fixed } from '../operations/diagnosing/doctor-fixes.ts';
import type { DoctorReport } from '../operations/doctor.ts';
import { plainText } from './printable.ts';
import { styleFor, type Style } from './style.ts';
import { counted, duration } from '../base/units.ts';
import { fold } from './width.ts';

interface Options {
  readonly color: boolean;
  /** Where this program's page about the checks is, as this user would open it. */
  readonly page: string;
}

const width = 110;
const indent = '      ';

/** What is wrong first, in full; then a line for each group. */
export function renderDoctor(
  { findings, fixed, milliseconds }: DoctorReport,
  { color, page }: Options,
): string {
  const style = styleFor(color);
  const failed = findings.filter(({ status }) => status === 'fail');
  const warned = findings.filter(({ status }) => status === 'warn');
  const problems = [...failed, ...warned].map((finding) => problemLines(finding, style).join('\n'));
  const groups = [...new Set(findings.map(({ check }) => check.group))];
  const wide = Math.max(...groups.map((group) => group.length));
  const lines = groups.map((group) => groupLine(group, findings, { style, wide }));
  const end =
    failed.length > 0
      ? style.bold(style.red(`${counted(failed.length, 'problem')} will break a build here`))
      : warned.length > 0
        ? `a build can run here, with ${counted(warned.length, 'warning')}`
        : style.green('a build can run here');
  return [
    ...fixed.map((one) => `${fixedLine(one, style)}\n`),
    ...(fixed.length > 0 ? ['\n'] : []),
    ...problems.map((problem) => `${problem}\n\n`),
    ...lines.map((line) => `${line}\n`),
    `${end} ${style.dim(`(${duration(milliseconds)})`)}\n`,
    problems.length === 0 ? '' : style.dim(`more: ${page}\n`),
  ].join('');
}

const fixes: Readonly<Record<Fixed['fix'], string>> = {
  lock: 'locked what was not: commit targetry.lock',
  prune: 'removed from the store what nothing has used for 30 days',
};

function fixedLine({ fix, failure }: Fixed, style: Style): string {
  if (failure === undefined) return `${style.green('fixed')}  ${fixes[fix]}`;
  return `${style.red('not fixed')}  ${fix}: ${plainText(failure.message)}`;
}

function problemLines({ status, check, found, cure, at }: Finding, style: Style): string[] {
  const word = status === 'fail' ? style.red('fail') : style.yellow('warn');
  const lines = [`${style.bold(word)}  ${style.bold(check.title)} ${style.dim(`[${check.id}]`)}`];
  const place = at === undefined ? '' : `${at.file}:${at.line}: `;
  lines.push(`${indent}${folded(`${place}${found}`)}`);
  if (cure !== undefined) lines.push(`${indent}${style.cyan('cure')}: ${folded(cure)}`);
  return lines;
}

function folded(text: string): string {
  const lines = plainText(text).split('\n');
  return lines.map((line) => fold(line, width, indent)).join(`\n${indent}`);
}

function groupLine(
  group: Group,
  findings: readonly Finding[],
  { style, wide }: { readonly style: Style; readonly wide: number },
): string {
  const mine = findings.filter(({ check }) => check.group === group);
  const titles = (...statuses: Finding['status'][]) => [
    ...new Set(mine.filter(({ status }) => statuses.includes(status)).map(({ check }) => check.title)),
  ];
  const parts = [
    { titles: titles('fail'), word: style.red('broken') },
    { titles: titles('warn'), word: style.yellow('doubtful') },
    {
      titles: titles('ok').filter((title) => !titles('fail', 'warn').includes(title)),
      word: style.green('well'),
    },
    {
      titles: titles('skipped').filter((title) => !titles('fail', 'warn', 'ok').includes(title)),
      word: 'not tried',
    },
  ].filter((part) => part.titles.length > 0);
  const label = style.bold(group.padEnd(wide));
  const rest = ' '.repeat(wide + 2);
  return `${label}  ${parts.map((part) => `${part.word}: ${fold(part.titles.join(', '), width, `${rest}  `)}`).join(`\n${rest}`)}`;
}

export function doctorJson({ findings, fixed }: DoctorReport): string {
  const rank = { fail: 0, warn: 1, skipped: 2, ok: 3 };
  const sorted = [...findings].sort((a, b) => rank[a.status] - rank[b.status]);
  const checks = sorted.map(({ check: { id, group }, status, found, cure, at }) => ({
    id,
    group,
    status,
    found,
    cure: cure ?? null,
    at: at === undefined ? null : { file: at.file, line: at.line, column: at.column },
  }));
  const done = fixed.map(({ fix, failure }) => ({ fix, error: failure?.message ?? null }));
  return jsonText({ schema: 'targetry.doctor/1', checks, fixed: done });
}
