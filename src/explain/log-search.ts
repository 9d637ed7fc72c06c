/**
 * One pass over a part of a log. All patterns' words are looked for at once; a line in which none is costs two reads a byte
 * and nothing else.
 */
import { carriageReturn, cleanLine, messageIn, type Stretch } from './log-line.ts';
import type { PatternSet } from './pattern-set.ts';
import { FoundLine, Sightings, type KeptLine, type WaitingLine } from './sightings.ts';

/** What a part of a log says; its lines count from 1. */
export interface SearchedPart {
  readonly kept: readonly KeptLine[];
  /** How many lines end in it. */
  readonly ends: number;
  /** Its last one does. */
  readonly isEnded: boolean;
}

/** A longer line is searched in pieces. */
const longestLine = 1 << 14;
const never = 0xffffffff;

export function searchPart(set: PatternSet, part: Buffer): SearchedPart {
  return new LogSearch(set).search(part);
}

class LogSearch {
  readonly #set: PatternSet;
  readonly #sightings: Sightings;
  /** By pattern: the piece of the log in which a word of it was last seen. */
  readonly #seenAt: Uint32Array;
  #asked: number[] = [];
  #line = 1;
  #piece = 1;
  #dirty = false;
  /** The lines that had to be cleaned and have not been settled, and where the next one can be. */
  #clean: Buffer | undefined;
  #cleanEnd = 0;

  constructor(set: PatternSet) {
    this.#set = set;
    this.#sightings = new Sightings(set);
    this.#seenAt = new Uint32Array(set.patterns.length);
  }

  search(part: Buffer): SearchedPart {
    const { next, shift, kinds, telling, endOfLine, marked } = this.#set.index;
    let state = 0;
    let start = 0;
    for (let at = 0; at < part.length; at++) {
      state = next[(state << shift) + kinds[part[at]!]!]!;
      if (state < telling) continue;
      if (state < endOfLine) this.#ask(state);
      else if (state >= marked) this.#dirty = true;
      else {
        this.#endLine(part, start, at);
        this.#line++;
        start = at + 1;
      }
    }
    this.#endLine(part, start, part.length);
    return { kept: this.#sightings.lines(), ends: this.#line - 1, isEnded: start === part.length };
  }

  #ask(state: number): void {
    for (const pattern of this.#set.index.ownersAt(state)) {
      if (this.#seenAt[pattern]! >= this.#piece) continue;
      this.#seenAt[pattern] = this.#piece;
      this.#asked.push(pattern);
    }
  }

  #endLine(part: Buffer, start: number, end: number): void {
    if (this.#asked.length > 0 || this.#dirty)
      for (let at = start; at < end; at += longestLine)
        this.#searchPiece(part, at, Math.min(end, at + longestLine));
    this.#piece++;
    if (this.#asked.length > 0) this.#asked = [];
    this.#dirty = false;
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
    let waiting: WaitingLine | undefined;
    let message: Stretch | undefined;
    const matching: number[] = [];
    for (const pattern of this.#asked) {
      if (this.#sightings.canWait(pattern, this.#line)) {
        waiting ??= { line: this.#line, bytes, start, end };
        this.#sightings.wait(pattern, waiting);
        continue;
      }
      message ??= messageIn(bytes, start, end);
      if (this.#set.patterns[pattern]!.test(bytes, message.start, message.end)) matching.push(pattern);
    }
    if (matching.length === 0) return;
    const letters = bytes.toString('latin1', message!.start, message!.end);
    this.#sightings.keep(matching, new FoundLine(this.#line, letters));
    for (const pattern of matching) if (this.#sightings.hasEnough(pattern)) this.#seenAt[pattern] = never;
  }

  #settle(): void {
    this.#sightings.settle();
    this.#cleanEnd = 0;
  }
}
