/**
 * One pass over a log of any length. All patterns' words are looked for at once; a line in which none is costs two reads a
 * byte and nothing else. What is kept does not grow with the log: of each pattern the first and the last sightings.
 */
import { cleanLine, dirtyBytes, isQuotation, mayHavePrefix, messageEnd, messageStart } from './log-line.ts';
import { neededWords } from './pattern/needed-words.ts';
import { Pattern } from './pattern/pattern.ts';
import { newline, WordIndex } from './pattern/word-index.ts';

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
/** After so many lines a pattern has said all that it can say, unless it tells of surroundings. */
const mostFound = 400;
/** Surroundings count so many lines before and after what they are the surroundings of. */
const near = 25;
const mostNear = 400;
const never = 0xffffffff;

export class PatternSet {
  readonly patterns: readonly Pattern[];
  /** Of all lists of words; its owners are places in `lists`. */
  readonly index: WordIndex;
  readonly lists: readonly { readonly pattern: number; readonly bit: number }[];
  /** By pattern: the bits of all its lists. A line is only worth a look that has a word of each. */
  readonly complete: readonly number[];
  /** By pattern: it tells of what is around a line; also the last ones count then, and those near to others. */
  readonly around: readonly boolean[];

  constructor(asked: readonly { readonly source: string; readonly around: boolean }[]) {
    this.patterns = asked.map(({ source }) => new Pattern(source));
    this.around = asked.map(({ around }) => around);
    const lists = this.patterns.map(({ source, node }) => {
      const words = neededWords(node);
      if (words === undefined) throw new SyntaxError(`the pattern /${source}/ has no word to look for`);
      return words;
    });
    this.complete = lists.map(({ length }) => (1 << length) - 1);
    this.lists = lists.flatMap((words, pattern) => words.map((_, at) => ({ pattern, bit: 1 << at })));
    const words = lists.flat().map((list) => list.map((word) => word.slice(0, longestWord)));
    this.index = new WordIndex(words, dirtyBytes);
  }
}

/** Takes a log piece by piece. */
export class LogSearch {
  readonly #set: PatternSet;
  readonly #found: FirstAndLast[];
  readonly #around: readonly FirstAndLast[];
  #nearUntil = 0;
  /** By pattern: the piece of the log in which a word of it was last seen, and of which of its lists words were. */
  readonly #seenAt: Uint32Array;
  readonly #seen: Uint8Array;
  #asked: number[] = [];
  #line = 1;
  #piece = 1;
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #state = 0;
  #dirty = false;
  #atStart = true;
  readonly #clean = new Uint8Array(2 * longestLine);

  constructor(set: PatternSet) {
    this.#set = set;
    this.#found = set.patterns.map(() => new FirstAndLast());
    this.#around = set.around.flatMap((around, at) => (around ? [this.#found[at]!] : []));
    this.#seenAt = new Uint32Array(set.patterns.length);
    this.#seen = new Uint8Array(set.patterns.length);
  }

  /** Lines so far, one that is not ended included. */
  get lines(): number {
    return this.#line - (this.#atStart ? 1 : 0);
  }

  push(piece: Uint8Array): void {
    const { next, width, classes, telling, endOfLine } = this.#set.index;
    if (piece.length === 0) return;
    // Parts of Node's own buffers cost more to make.
    const data = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    this.#atStart = data.at(-1) === newline;
    let state = this.#state;
    let start = 0;
    for (let at = 0; at < data.length; at++) {
      const kind = classes[data[at]!]!;
      state = next[state * width + kind]!;
      if (state >= telling) this.#ask(state);
      if (kind < endOfLine) continue;
      if (kind > endOfLine) {
        this.#dirty = true;
        continue;
      }
      this.#endPiece(data, start, at);
      this.#line++;
      start = at + 1;
    }
    this.#state = state;
    this.#hold(data.subarray(start));
  }

  /** By pattern. */
  end(): readonly (readonly Sighting[])[] {
    this.#endPiece(new Uint8Array(), 0, 0);
    return this.#found.map((found, at) => found.all().map((one) => sightingOf(this.#set.patterns[at]!, one)));
  }

  #ask(state: number): void {
    for (const owner of this.#set.index.ownersAt(state)) {
      const { pattern, bit } = this.#set.lists[owner]!;
      const at = this.#seenAt[pattern]!;
      if (at === never) continue;
      const bits = at === this.#piece ? this.#seen[pattern]! : 0;
      if ((bits & bit) !== 0) continue;
      this.#seenAt[pattern] = this.#piece;
      this.#seen[pattern] = bits | bit;
      if ((bits | bit) === this.#set.complete[pattern]) this.#asked.push(pattern);
    }
  }

  #hold(rest: Uint8Array): void {
    if (this.#heldLength + rest.length >= longestLine) {
      this.#endPiece(rest, 0, rest.length);
    } else if (rest.length > 0) {
      // The sender may use its buffer again.
      this.#held.push(rest.slice());
      this.#heldLength += rest.length;
    }
  }

  #endPiece(data: Uint8Array, start: number, end: number): void {
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

  #searchPiece(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#dirty) {
      this.#searchMessage(bytes, start, end, this.#asked);
      return;
    }
    const clean = cleanLine(bytes.subarray(start, end), this.#clean);
    // What was found may have been across an escape sequence, or hidden by one.
    const asked = this.#askAgain(clean);
    if (asked.length === 0) return;
    for (const part of partsOf(clean)) this.#searchMessage(part, 0, part.length, asked);
  }

  /** What to ask for in a line that has been cleaned. */
  #askAgain(bytes: Uint8Array): readonly number[] {
    const { next, width, classes, telling } = this.#set.index;
    this.#piece++;
    this.#asked = [];
    let state = 0;
    for (const byte of bytes) {
      state = next[state * width + classes[byte]!]!;
      if (state >= telling) this.#ask(state);
    }
    return this.#asked;
  }

  #searchMessage(bytes: Uint8Array, start: number, end: number, asked: readonly number[]): void {
    const from = mayHavePrefix(bytes, start, end)
      ? start + messageStart(textOf(bytes.subarray(start, Math.min(end, start + 400))))
      : start;
    const to = messageEnd(bytes, from, end);
    let found: Found | undefined;
    for (const owner of asked) {
      if (!this.#set.patterns[owner]!.test(bytes, from, to)) continue;
      // The sender may use its buffer again.
      found ??= { line: this.#line, message: bytes.slice(from, to) };
      this.#keep(owner, found);
    }
  }

  #keep(owner: number, found: Found): void {
    const kept = this.#found[owner]!;
    const count = kept.add(found, this.#line <= this.#nearUntil);
    if (this.#set.around[owner]!) return;
    if (count >= mostFound) this.#seenAt[owner] = never;
    if (count > mostFirst) return;
    if (this.#line > this.#nearUntil) for (const around of this.#around) around.keepFrom(this.#line - near);
    this.#nearUntil = this.#line + near;
  }
}

/** A line in which a pattern is; where in it is looked for at the end, for those that are left. */
interface Found {
  readonly line: number;
  readonly message: Uint8Array;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** The first ones, the last ones, and those near to something. */
class FirstAndLast {
  readonly #first: Found[] = [];
  readonly #near: Found[] = [];
  readonly #last: Found[] = [];
  #count = 0;

  /** Tells how many there were. */
  add(found: Found, isNear: boolean): number {
    if (this.#count++ < mostFirst) this.#first.push(found);
    else {
      this.#last[this.#count % mostLast] = found;
      if (isNear && this.#near.length < mostNear) this.#near.push(found);
    }
    return this.#count;
  }

  /** Those of the last ones that are not before the line. */
  keepFrom(line: number): void {
    for (const found of this.#last)
      if (found !== undefined && found.line >= line && this.#near.length < mostNear) this.#near.push(found);
  }

  /** In the order of the lines, each once. */
  all(): readonly Found[] {
    const all = new Set(
      [...this.#first, ...this.#near, ...this.#last].filter((found) => found !== undefined),
    );
    return [...all].sort((a, b) => a.line - b.line);
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  if (bytes.length <= longestLine) yield bytes;
  else for (let at = 0; at < bytes.length; at += longestLine) yield bytes.subarray(at, at + longestLine);
}

/** What was overwritten was on the screen too. */
function* partsOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(13); end >= 0; end = bytes.indexOf(13, start)) {
    if (end > start) yield bytes.subarray(start, end);
    start = end + 1;
  }
  if (start < bytes.length || start === 0) yield bytes.subarray(start);
}

function sightingOf(pattern: Pattern, { line, message }: Found): Sighting {
  const quoted = isQuotation(textOf(message.subarray(0, 400)).trimStart());
  const { from, to, groups } = pattern.find(message)!;
  // The end of a very long line says no more than its beginning, unless the match is there.
  const shownFrom = to > longestShown ? Math.max(0, from - 200) : 0;
  const before = textOf(message.subarray(shownFrom, from));
  const matched = textOf(message.subarray(from, to));
  const after = textOf(message.subarray(to, Math.max(to, shownFrom + longestShown)));
  const text = before + matched + after;
  return { line, text, from: before.length, to: before.length + matched.length, groups, quoted };
}
