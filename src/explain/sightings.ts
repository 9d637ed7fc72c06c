/** What was found in a log, by pattern: the first and the last lines and those near to others, so it does not grow with the log. */
import { isQuotation, messageIn, type Stretch } from './log-line.ts';
import type { Pattern } from './pattern/pattern.ts';
import type { PatternSet } from './pattern-set.ts';

/** A line in which a pattern was found. */
export interface Sighting {
  /** Counts from 1. */
  readonly line: number;
  /** The line without colours; the match is in it. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly groups: Readonly<Record<string, string>>;
  /** The line shows words of others (a command, source, a test's title), so it only tells of the surroundings. */
  readonly quoted: boolean;
}

const longestShown = 2000;
const mostFirst = 40;
const mostLast = 40;
const mostWaiting = 1000;
/** After so many lines a pattern has said all that it can say, unless it tells of surroundings. */
const mostFound = 400;
/** Surroundings count so many lines before and after what they are the surroundings of. */
const near = 25;
const mostNear = 400;

/** A line that is kept, with the places of the patterns that keep it. */
export interface KeptLine {
  readonly line: number;
  /** A letter for each byte of what was said in it. */
  readonly letters: string;
  readonly patterns: readonly number[];
}

export class Sightings {
  readonly #set: PatternSet;
  /** By pattern, of those that were found: most logs have few. */
  readonly #found: (FirstAndLast | undefined)[];
  readonly #around: FirstAndLast[] = [];
  #nearUntil = 0;

  constructor(set: PatternSet) {
    this.#set = set;
    this.#found = set.patterns.map(() => undefined);
  }

  /** Whether a line in which the pattern may be is only of use as one of the last ones. */
  canWait(pattern: number, line: number): boolean {
    return line > this.#nearUntil && this.#set.around[pattern]! && this.#isFull(pattern);
  }

  wait(pattern: number, line: WaitingLine): void {
    this.#found[pattern]!.wait(line);
  }

  /** Looks at those that wait: their bytes are about to be overwritten. */
  settle(): void {
    for (const around of this.#around) around.settle();
  }

  /** Lines come in their order. */
  keep(matching: readonly number[], line: FoundLine): void {
    const ofAround = this.#set.around;
    const at = line.line;
    if (matching.some((pattern) => !ofAround[pattern]! && !this.#isFull(pattern))) {
      if (at > this.#nearUntil) for (const around of this.#around) around.keepFrom(at - near);
      this.#nearUntil = at + near;
    }
    for (const pattern of matching)
      if (!this.hasEnough(pattern)) this.#foundOf(pattern).add(line, at <= this.#nearUntil);
  }

  /** What was kept of a part of the log, before which so many lines end. */
  add(kept: readonly KeptLine[], before: number): void {
    for (const { line, letters, patterns } of kept)
      this.keep(patterns, new FoundLine(before + line, letters));
  }

  /** Whether it needn't be looked for any more. */
  hasEnough(pattern: number): boolean {
    return (this.#found[pattern]?.count ?? 0) >= mostFound && !this.#set.around[pattern]!;
  }

  /** In their order. */
  lines(): readonly KeptLine[] {
    const patternsOf = new Map<FoundLine, number[]>();
    for (const [pattern, found] of this.#found.entries())
      for (const line of found?.all() ?? []) {
        const patterns = patternsOf.get(line);
        if (patterns === undefined) patternsOf.set(line, [pattern]);
        else patterns.push(pattern);
      }
    return [...patternsOf]
      .map(([{ line, letters }, patterns]) => ({ line, letters, patterns }))
      .sort((a, b) => a.line - b.line);
  }

  /** By pattern, in the order of the lines. */
  all(): readonly (readonly Sighting[])[] {
    return this.#found.map(
      (found, at) => found?.all().map((line) => new LineSighting(line, this.#set.patterns[at]!)) ?? [],
    );
  }

  #isFull(pattern: number): boolean {
    return (this.#found[pattern]?.count ?? 0) >= mostFirst;
  }

  #foundOf(pattern: number): FirstAndLast {
    const known = this.#found[pattern];
    if (known !== undefined) return known;
    const made = new FirstAndLast(this.#set.patterns[pattern]!);
    this.#found[pattern] = made;
    if (this.#set.around[pattern]!) this.#around.push(made);
    return made;
  }
}

/** A line in which patterns are. */
export class FoundLine {
  readonly line: number;
  /** A letter for each byte, which is the cheapest copy. */
  readonly letters: string;
  #quoted: boolean | undefined;

  constructor(line: number, letters: string) {
    this.line = line;
    this.letters = letters;
  }

  get bytes(): Buffer {
    return Buffer.from(this.letters, 'latin1');
  }

  /** Undefined where only a part of it is shown. */
  get text(): string | undefined {
    return this.letters.length > longestShown ? undefined : this.bytes.toString();
  }

  get quoted(): boolean {
    return (this.#quoted ??= isQuotation(this.bytes.toString('utf8', 0, 400).trimStart()));
  }
}

/** A line that nobody has looked at yet. */
export interface WaitingLine extends Stretch {
  readonly line: number;
  readonly bytes: Buffer;
}

/** The first ones, the last ones, and those near to something. */
class FirstAndLast {
  readonly #pattern: Pattern;
  readonly #first: FoundLine[] = [];
  readonly #near = new Set<FoundLine>();
  #last: FoundLine[] = [];
  /** Lines since then: most of them will not be among the last ones. */
  #waiting: WaitingLine[] = [];
  #count = 0;

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  get count(): number {
    return this.#count;
  }

  wait(line: WaitingLine): void {
    if (this.#waiting.push(line) >= mostWaiting) this.settle();
  }

  add(found: FoundLine, isNear: boolean): void {
    if (this.#count++ < mostFirst) this.#first.push(found);
    else {
      this.settle();
      if (this.#last.push(found) > mostLast) this.#last.shift();
      if (isNear && this.#near.size < mostNear) this.#near.add(found);
    }
  }

  /** Those of the last ones that are not before the line. */
  keepFrom(line: number): void {
    this.settle();
    for (const found of this.#last)
      if (found.line >= line && this.#near.size < mostNear) this.#near.add(found);
  }

  /** In the order of the lines, each once. */
  all(): readonly FoundLine[] {
    this.settle();
    return [...new Set([...this.#first, ...this.#near, ...this.#last])].sort((a, b) => a.line - b.line);
  }

  /** From the last one backwards, until there are enough. */
  settle(): void {
    if (this.#waiting.length === 0) return;
    const last: FoundLine[] = [];
    while (last.length < mostLast && this.#waiting.length > 0) {
      const { line, bytes, start, end } = this.#waiting.pop()!;
      const message = messageIn(bytes, start, end);
      if (this.#pattern.test(bytes, message.start, message.end))
        last.unshift(new FoundLine(line, bytes.toString('latin1', message.start, message.end)));
    }
    this.#last = [...this.#last, ...last].slice(-mostLast);
    this.#waiting = [];
  }
}

/** Where in its line the pattern is, is looked for when someone asks: of most nobody does. */
class LineSighting implements Sighting {
  readonly line: number;
  readonly #found: FoundLine;
  readonly #pattern: Pattern;
  #shown: Pick<Sighting, 'text' | 'from' | 'to' | 'groups'> | undefined;

  constructor(found: FoundLine, pattern: Pattern) {
    this.line = found.line;
    this.#found = found;
    this.#pattern = pattern;
  }

  get quoted(): boolean {
    return this.#found.quoted;
  }

  get text(): string {
    return this.#found.text ?? this.#show.text;
  }

  get from(): number {
    return this.#show.from;
  }

  get to(): number {
    return this.#show.to;
  }

  get groups(): Sighting['groups'] {
    return this.#show.groups;
  }

  get #show(): Pick<Sighting, 'text' | 'from' | 'to' | 'groups'> {
    return (this.#shown ??= shown(this.#found.bytes, this.#pattern));
  }
}

function shown(bytes: Buffer, pattern: Pattern): Pick<Sighting, 'text' | 'from' | 'to' | 'groups'> {
  const { from, to, groups } = pattern.find(bytes)!;
  const textOf = (start: number, end: number) => bytes.toString('utf8', start, end);
  // The end of a very long line says no more than its beginning, unless the match is there.
  const shownFrom = to > longestShown ? Math.max(0, from - 200) : 0;
  const before = textOf(shownFrom, from);
  const matched = textOf(from, to);
  const after = textOf(to, Math.max(to, shownFrom + longestShown));
  return {
    text: before + matched + after,
    from: before.length,
    to: before.length + matched.length,
    groups,
  };
}
