import type { Diagnostic, Location } from '../report/diagnostic.ts';
import type { Failure } from '../report/failure.ts';
import { printable } from './printable.ts';
import { styleFor, type Style } from './style.ts';
import { displayWidth } from './width.ts';

interface Options {
  readonly color: boolean;
  /** Where this program's pages about errors are, as this user would open them. */
  readonly pages?: string | undefined;
}

/** What happened, why, and the next step; ends with a line break. */
export function renderFailure(failure: Failure, { color, pages: folder = 'docs/errors' }: Options): string {
  const style = styleFor(color);
  const parts = failure.diagnostics.map((diagnostic) => diagnosticLines(diagnostic, style));
  const severity = style.bold(style.red('error'));
  const lines = [`${severity}${style.bold(`: ${safe(failure.message)}`)} ${style.dim(`[${failure.code}]`)}`];
  if (failure.at) lines.push(...placeLines(failure.at, style, style.red));
  lines.push(...failure.excerpt.map((line) => `  ${printable(line, color)}`));
  if (failure.why !== undefined) lines.push(...labelled('why', failure.why, style));
  if (failure.hint !== undefined) lines.push(...labelled('hint', failure.hint, style));
  const pages = new Set([...failure.diagnostics.map(({ code }) => code), failure.code]);
  lines.push(style.dim(`more: ${[...pages].map((code) => `${folder}/${code}.md`).join(', ')}`));
  return `${[...parts, lines].map((part) => part.join('\n')).join('\n\n')}\n`;
}

/** One finding, with the words of the file that it is about; ends with a line break. */
export function renderDiagnostic(diagnostic: Diagnostic, { color }: Options): string {
  return `${diagnosticLines(diagnostic, styleFor(color)).join('\n')}\n`;
}

/** For an error that no one foresaw. */
export function renderBug(
  error: unknown,
  { color, version }: Options & { readonly version: string },
): string {
  const style = styleFor(color);
  const told = error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
  const causes =
    error instanceof Error && error.cause !== undefined ? [`caused by: ${causeOf(error.cause)}`] : [];
  const stack = [told, ...causes].join('\n').split('\n');
  return [
    `${style.bold(style.red('error'))}${style.bold(': this is a bug in Targetry, not a mistake of yours')}`,
    ...stack.map((line) => `  ${safe(line)}`),
    ...labelled('hint', 'please report it, with the lines above and the command that you ran', style),
    style.dim(`targetry ${version}, node ${process.versions.node}, ${process.platform} ${process.arch}`),
    '',
  ].join('\n');
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause);
}

function diagnosticLines({ severity, code, message, at, hint }: Diagnostic, style: Style): string[] {
  const hue = severity === 'error' ? style.red : style.yellow;
  return [
    `${style.bold(hue(severity))}${style.bold(`: ${safe(message)}`)} ${style.dim(`[${code}]`)}`,
    ...(at ? placeLines(at, style, hue) : []),
    ...(hint === undefined ? [] : labelled('hint', hint, style)),
  ];
}

/** Wider lines are shown from near the underlined words on. */
const mostColumns = 100;

function placeLines(at: Location, style: Style, hue: Style['red']): string[] {
  const start = at.column - 1;
  const from = start + at.length > mostColumns ? Math.max(0, start - 20) : 0;
  const to = from + mostColumns;
  const before = cells(`${from > 0 ? '…' : ''}${at.text.slice(from, start)}`);
  const words = cells(at.text.slice(start, Math.min(start + at.length, to)));
  const after = cells(
    `${at.text.slice(Math.min(start + at.length, to), to)}${to < at.text.length ? '…' : ''}`,
  );
  const number = String(at.line);
  const gutter = (text: string) => style.blue(`${text.padStart(number.length)} |`);
  const underline = `${' '.repeat(displayWidth(before))}${hue('^'.repeat(Math.max(1, displayWidth(words))))}`;
  return [
    `${' '.repeat(number.length)}${style.blue('-->')} ${safe(at.file)}:${at.line}:${at.column}`,
    gutter(''),
    `${gutter(number)} ${before}${words}${after}`.trimEnd(),
    `${gutter('')} ${underline}`,
  ];
}

/** A tab takes as many cells as the underline takes for it. */
function cells(text: string): string {
  return safe(text.replaceAll('\t', '  '));
}

function labelled(label: string, text: string, style: Style): string[] {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(label.length + 2);
  return [`${style.cyan(label)}: ${safe(first)}`, ...rest.map((line) => `${indent}${safe(line)}`)];
}

function safe(text: string): string {
  return printable(text, false);
}
