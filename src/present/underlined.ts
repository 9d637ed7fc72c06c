import { plainText } from './printable.ts';
import type { Paint, Style } from './style.ts';
import { displayWidth } from './width.ts';

/** A line of a file or a log, and which of its words matter. */
interface Underlined {
  readonly line: number;
  readonly text: string;
  readonly from: number;
  /** Behind the last of them. */
  readonly to: number;
}

interface Shape {
  /** Of the line's number. */
  readonly width: number;
  /** How much of a line is shown. */
  readonly columns: number;
  readonly hue: Paint;
  readonly style: Style;
}

/** The line with its number, and below it the words underlined. */
export function underlinedLines(
  { line, text, from, to }: Underlined,
  { width, columns, hue, style }: Shape,
): string[] {
  // Wide lines are shown from shortly before what matters.
  const start = to > columns ? Math.max(0, from - 20) : 0;
  const end = start + columns;
  const before = cells(`${start > 0 ? '…' : ''}${text.slice(start, from)}`);
  const words = cells(text.slice(from, Math.min(to, end)));
  const after = cells(`${text.slice(Math.min(to, end), end)}${end < text.length ? '…' : ''}`);
  const underline = `${' '.repeat(displayWidth(before))}${hue('^'.repeat(Math.max(1, displayWidth(words))))}`;
  return [
    `${gutter(String(line), width, style)} ${before}${words}${after}`.trimEnd(),
    `${gutter('', width, style)} ${underline}`,
  ];
}

export function gutter(number: string, width: number, style: Style): string {
  return style.blue(`${number.padStart(width)} |`);
}

/** A tab takes as many cells as the underline takes for it. */
function cells(text: string): string {
  return plainText(text.replaceAll('\t', '  '));
}
