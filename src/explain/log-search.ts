/**
 * One pass over a log of any length. All patterns' words are looked for at once; a line in which none is costs two reads a
 * byte and nothing else. What is kept does not grow with the log: of each pattern the first and the last sightings.
 */
import { carriageReturn, cleanLine, dirtyBytes, isQuotation, messageIn, type Stretch } from './log-line.ts';
import { neededWords } from './pattern/needed-words.ts';
import { Pattern } from './pattern/pattern.ts';
import { newline, WordIndex } from './pattern/word-index.ts';
import type { WordsFound } from './words-found.ts';

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

/** A longer line is searched in pieces. */
const longestLine = 1 << 14;
const longestShown = 2000;
/** The beginning of a word tells enough. */
const longestWord = 10;
const mostFirst = 40;
const mostLast = 40;
const mostWaiting = 1000;
/** After so many lines a pattern has said all that it can say, unless it tells of surroundings. */
const mostFound = 400;
/** Surroundings count so many lines before and after what they are the surroundings of. */
const near = 25;
const mostNear = 400;
const never = 0xffffffff;

export class PatternSet {
  readonly patterns: readonly Pattern[];
  /** By pattern: a line that it matches has one of them. */
  readonly words: readonly (readonly string[])[];
  /** Of the words; their owners are places in `patterns`. */
  readonly index: WordIndex;
  /** By pattern: it tells of what is around a line; also the last ones count then, and those near to others. */
  readonly around: readonly boolean[];

  constructor(
    asked: readonly { readonly source: string; readonly around: boolean }[],
    found: WordsFound = {},
  ) {
    this.patterns = asked.map(({ source }) => new Pattern(source));
    this.around = asked.map(({ around }) => around);
    this.words = this.patterns.map((pattern) => found[pattern.source] ?? wordsOf(pattern));
    this.index = new WordIndex(this.words, dirtyBytes);
  }
}

function wordsOf({ source, node }: Pattern): string[] {
  const needed = neededWords(node);
  if (needed === undefined) throw new SyntaxError(`the pattern /${source}/ has no word to look for`);
  return [...new Set(needed.map((word) => word.slice(0, longestWord)))];
}

/** Takes a log piece by piece. */
export class LogSearch {
  readonly #set: PatternSet;
  /** By pattern, of those that were found: most logs have few. */
  readonly #found: (FirstAndLast | undefined)[];
  readonly #around: FirstAndLast[] = [];
  #nearUntil = 0;
  /** By pattern: the piece of the log in which a word of it was last seen. */
  readonly #seenAt: Uint32Array;
  #asked: number[] = [];
  #line = 1;
  #piece = 1;
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #state = 0;
  #dirty = false;
  #atStart = true;
  /** Of what was pushed last, the lines that had to be cleaned, and where the next one can be. */
  #clean: Buffer | undefined;
  #cleanEnd = 0;

  constructor(set: PatternSet) {
    this.#set = set;
    this.#found = set.patterns.map(() => undefined);
    this.#seenAt = new Uint32Array(set.patterns.length);
  }

  /** Lines so far, one that is not ended included. */
  get lines(): number {
    return this.#line - (this.#atStart ? 1 : 0);
  }

  push(piece: Uint8Array): void {
    const { next, shift, kinds, telling, endOfLine, marked } = this.#set.index;
    if (piece.length === 0) return;
    const data = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    this.#atStart = data.at(-1) === newline;
    let state = this.#state;
    let start = 0;
    for (let at = 0; at < data.length; at++) {
      state = next[(state << shift) + kinds[data[at]!]!]!;
      if (state < telling) continue;
      if (state < endOfLine) this.#ask(state);
      else if (state >= marked) this.#dirty = true;
      else {
        this.#endPiece(data, start, at);
        this.#line++;
        start = at + 1;
      }
    }
    this.#state = state;
    this.#hold(data.subarray(start));
    // The sender may use its buffer again.
    this.#settle();
  }

  /** By pattern. */
  end(): readonly (readonly Sighting[])[] {
    this.#endPiece(Buffer.alloc(0), 0, 0);
    return this.#found.map(
      (found, at) => found?.all().map((line) => new LineSighting(line, this.#set.patterns[at]!)) ?? [],
    );
  }

  #ask(state: number): void {
    for (const pattern of this.#set.index.ownersAt(state)) {
      if (this.#seenAt[pattern]! >= this.#piece) continue;
      this.#seenAt[pattern] = this.#piece;
      this.#asked.push(pattern);
    }
  }

  #hold(rest: Buffer): void {
    if (this.#heldLength + rest.length >= longestLine) {
      this.#endPiece(rest, 0, rest.length);
    } else if (rest.length > 0) {
      // The sender may use its buffer again.
      this.#held.push(Uint8Array.from(rest));
      this.#heldLength += rest.length;
    }
  }

  #endPiece(data: Buffer, start: number, end: number): void {
    if (this.#asked.length > 0 || this.#dirty) {
      if (this.#heldLength === 0 && end - start <= longestLine) this.#searchPiece(data, start, end);
      else
        for (const piece of pieces(Buffer.concat([...this.#held, data.subarray(start, end)])))
          this.#searchPiece(piece, 0, piece.length);
    }
    this.#piece++;
    if (this.#asked.length > 0) this.#asked = [];
    this.#dirty = false;
    if (this.#heldLength === 0) return;
    this.#held = [];
    this.#heldLength = 0;
  }

  #searchPiece(bytes: Buffer, start: number, end: number): void {
    if (!this.#dirty) {
      this.#searchMessage(bytes, start, end);
      return;
    }
    const clean = (this.#clean ??= Buffer.allocUnsafe(1 << 18));
    if (this.#cleanEnd + 2 * longestLine > clean.length) this.#settle();
    let from = this.#cleanEnd;
    const to = cleanLine(bytes, { start, end }, { into: clean, start: from });
    // What was found may have been across an escape sequence, or hidden by one.
    this.#askAgain(clean, from, to);
    if (this.#asked.length === 0) return;
    this.#cleanEnd = to;
    for (let at = from; at <= to; at++) {
      if (at < to && clean[at] !== carriageReturn) continue;
      // What was overwritten was on the screen too.
      if (at > from) this.#searchMessage(clean, from, at);
      from = at + 1;
    }
  }

  /** What to ask for in a line that has been cleaned. */
  #askAgain(bytes: Buffer, start: number, end: number): void {
    const { next, shift, kinds, telling } = this.#set.index;
    this.#piece++;
    this.#asked = [];
    let state = 0;
    for (let at = start; at < end; at++) {
      state = next[(state << shift) + kinds[bytes[at]!]!]!;
      if (state >= telling) this.#ask(state);
    }
  }

  #searchMessage(bytes: Buffer, start: number, end: number): void {
    let waiting: Waiting | undefined;
    let message: Stretch | undefined;
    const matching: number[] = [];
    for (const pattern of this.#asked) {
      if (this.#canWait(pattern)) {
        waiting ??= { line: this.#line, bytes, start, end };
        this.#found[pattern]!.wait(waiting);
        continue;
      }
      message ??= messageIn(bytes, start, end);
      if (this.#set.patterns[pattern]!.test(bytes, message.start, message.end)) matching.push(pattern);
    }
    if (matching.length > 0) this.#keep(matching, new FoundLine(this.#line, bytes, message!));
  }

  /** Whether a line in which the pattern may be is only of use as one of the last ones. */
  #canWait(pattern: number): boolean {
    return this.#set.around[pattern]! && this.#isFull(pattern) && this.#line > this.#nearUntil;
  }

  #isFull(pattern: number): boolean {
    return this.#found[pattern]?.isFull === true;
  }

  #foundOf(pattern: number): FirstAndLast {
    const known = this.#found[pattern];
    if (known !== undefined) return known;
    const made = new FirstAndLast(this.#set.patterns[pattern]!);
    this.#found[pattern] = made;
    if (this.#set.around[pattern]!) this.#around.push(made);
    return made;
  }

  #settle(): void {
    for (const around of this.#around) around.settle();
    this.#cleanEnd = 0;
  }

  #keep(matching: readonly number[], line: FoundLine): void {
    const ofAround = this.#set.around;
    if (matching.some((pattern) => !ofAround[pattern]! && !this.#isFull(pattern))) {
      if (this.#line > this.#nearUntil) for (const around of this.#around) around.keepFrom(this.#line - near);
      this.#nearUntil = this.#line + near;
    }
    for (const pattern of matching) {
      const count = this.#foundOf(pattern).add(line, this.#line <= this.#nearUntil);
      if (count >= mostFound && !ofAround[pattern]!) this.#seenAt[pattern] = never;
    }
  }
}

/** A line in which patterns are. */
class FoundLine {
  readonly line: number;
  /** A letter for each byte, which is the cheapest copy: the sender may use its buffer again. */
  readonly #letters: string;
  #quoted: boolean | undefined;

  constructor(line: number, bytes: Buffer, { start, end }: Stretch) {
    this.line = line;
    this.#letters = bytes.toString('latin1', start, end);
  }

  get bytes(): Buffer {
    return Buffer.from(this.#letters, 'latin1');
  }

  /** Undefined where only a part of it is shown. */
  get text(): string | undefined {
    return this.#letters.length > longestShown ? undefined : this.bytes.toString();
  }

  get quoted(): boolean {
    return (this.#quoted ??= isQuotation(this.bytes.toString('utf8', 0, 400).trimStart()));
  }
}

/** A line that nobody has looked at yet, of what was pushed last. */
interface Waiting extends Stretch {
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
  #waiting: Waiting[] = [];
  #count = 0;

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  get isFull(): boolean {
    return this.#count >= mostFirst;
  }

  wait(line: Waiting): void {
    if (this.#waiting.push(line) >= mostWaiting) this.settle();
  }

  /** Tells how many there were. */
  add(found: FoundLine, isNear: boolean): number {
    if (this.#count++ < mostFirst) this.#first.push(found);
    else {
      this.settle();
      if (this.#last.push(found) > mostLast) this.#last.shift();
      if (isNear && this.#near.size < mostNear) this.#near.add(found);
    }
    return this.#count;
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
        last.unshift(new FoundLine(line, bytes, message));
    }
    this.#last = [...this.#last, ...last].slice(-mostLast);
    this.#waiting = [];
  }
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  if (bytes.length <= longestLine) yield bytes;
  else for (let at = 0; at < bytes.length; at += longestLine) yield bytes.subarray(at, at + longestLine);
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
