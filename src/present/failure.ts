import type { Diagnostic, Location } from '../report/diagnostic.ts';
import type { Failure } from '../report/failure.ts';
import { plainText, printable } from './printable.ts';
import { styleFor, type Paint, type Style } from './style.ts';
import { gutter, underlinedLines } from './underlined.ts';

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
  const lines = [
    `${severity}${style.bold(`: ${plainText(failure.message)}`)} ${style.dim(`[${failure.code}]`)}`,
  ];
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
    ...stack.map((line) => `  ${plainText(line)}`),
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
    `${style.bold(hue(severity))}${style.bold(`: ${plainText(message)}`)} ${style.dim(`[${code}]`)}`,
    ...(at ? placeLines(at, style, hue) : []),
    ...(hint === undefined ? [] : labelled('hint', hint, style)),
  ];
}

function placeLines(at: Location, style: Style, hue: Paint): string[] {
  const { file, line, column, length, text } = at;
  const width = String(line).length;
  const from = column - 1;
  return [
    `${' '.repeat(width)}${style.blue('-->')} ${plainText(file)}:${line}:${column}`,
    gutter('', width, style),
    ...underlinedLines({ line, text, from, to: from + length }, { width, columns: 100, hue, style }),
  ];
}

function labelled(label: string, text: string, style: Style): string[] {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(label.length + 2);
  return [`${style.cyan(label)}: ${plainText(first)}`, ...rest.map((line) => `${indent}${plainText(line)}`)];
}
