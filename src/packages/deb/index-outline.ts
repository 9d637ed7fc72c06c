/**
 * Where what stands in a Packages file. That is some 50 MB of text with 60,000 paragraphs, of which a lock looks at a few
 * hundred, so it isn't parsed: one pass notes where each paragraph begins and which names are provided. The outline is kept for
 * the next time, which then reads no more of the file than the paragraphs that are asked for.
 */
import { lineEnd, paragraphAt } from './paragraphs.ts';
import { SortedLines } from './sorted-lines.ts';

export interface IndexOutline {
  /** Where the paragraphs of packages begin. */
  readonly starts: readonly number[];
  /** `SortedLines`: the paragraphs of each name. */
  readonly named: string;
  /** `SortedLines`: the paragraphs that provide a name. */
  readonly provided: string;
  /** Paragraphs of essential packages. */
  readonly essential: readonly number[];
}

export function outlineOf(text: string): IndexOutline {
  const starts: number[] = [];
  const named = new Map<string, number[]>();
  for (const { start, name } of paragraphsOf(text)) add(named, name, starts.push(start) - 1);
  return {
    starts,
    named: SortedLines.of(named),
    provided: SortedLines.of(providersIn(text, starts)),
    essential: [...offsetsOf('\nEssential: yes', text)].map((offset) => paragraphAt(starts, offset)),
  };
}

function* paragraphsOf(text: string): Generator<{ start: number; name: string }> {
  for (let start = 0; start < text.length;) {
    const blank = text.indexOf('\n\n', start);
    const end = blank < 0 ? text.length : blank;
    // The name comes first in practice; nothing promises that.
    const field = text.startsWith('Package: ', start) ? start + 9 : text.indexOf('\nPackage: ', start) + 10;
    if (field > start && field < end) yield { start, name: text.slice(field, lineEnd(text, field)).trim() };
    start = end + 2;
    while (text.charCodeAt(start) === 0x0a) start++;
  }
}

function providersIn(text: string, starts: readonly number[]): Map<string, number[]> {
  const mark = '\nProvides: ';
  const providers = new Map<string, number[]>();
  for (const offset of offsetsOf(mark, text)) {
    const start = offset + mark.length;
    const items = text.slice(start, lineEnd(text, start)).split(',');
    const names = new Set(items.map((item) => /[^\s(:]+/.exec(item)?.[0]));
    for (const name of names) if (name !== undefined) add(providers, name, paragraphAt(starts, offset));
  }
  return providers;
}

function* offsetsOf(mark: string, text: string): Generator<number> {
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) yield at;
}

function add(numbers: Map<string, number[]>, name: string, number: number): void {
  const known = numbers.get(name);
  if (known === undefined) numbers.set(name, [number]);
  else known.push(number);
}
