/**
 * Matching in linear time. `test` walks a line once, by a machine whose states are made when they are first met: a state is
 * the set of steps of the program at which a match may be. `find` tells where a match is and what its groups hold, by
 * keeping one thread for each step; the work for a byte is bounded by the length of the program, whatever the text is.
 */
import { compilePattern, type Program, type Instruction } from './program.ts';
import { folded, isWordByte, parsePattern, type Edge, type Node } from './syntax.ts';

export interface Match {
  /** Offsets of bytes. */
  readonly from: number;
  readonly to: number;
  readonly groups: Readonly<Record<string, string>>;
}

/** What can follow, beside a state. */
const unknown = -1;
const accepted = -2;
/** Nothing that comes can make it match any more. */
const rejected = -3;
/** The states are forgotten where they become more: they would be only by a text made for it. */
const mostStates = 2000;

interface State {
  readonly steps: readonly number[];
  readonly afterWord: boolean;
  readonly atStart: boolean;
}

export class Pattern {
  readonly source: string;
  /** Read and made when they are needed first: most patterns are never asked. */
  #node: Node | undefined;
  #compiled: Program | undefined;
  /** Bytes that no step tells apart are of one class; made when they are needed first, as the states are. */
  #classes: Uint8Array = new Uint8Array();
  #samples: readonly number[] = [];
  #states: State[] = [];
  #byKey = new Map<string, number>();
  /** By state and class of byte, the end of the line last: what follows. States are multiples of `#width`. */
  #next = new Int32Array();
  #width = 0;
  /** Whether each match begins where the line does. */
  #anchored = false;

  constructor(source: string) {
    this.source = source;
  }

  get node(): Node {
    return (this.#node ??= parsePattern(this.source));
  }

  get #program(): Program {
    return (this.#compiled ??= compilePattern(this.source, this.node));
  }

  /** Of the part of the bytes that is the line. */
  test(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
    if (this.#states.length === 0) this.#begin();
    const classes = this.#classes;
    let table = this.#next;
    let state = 0;
    for (let at = from; at <= to; at++) {
      const kind = at < to ? classes[bytes[at]!]! : this.#width - 1;
      let next = table[state + kind]!;
      if (next === unknown) {
        next = this.#follow(state, kind);
        table = this.#next;
      }
      if (next < 0) return next === accepted;
      state = next;
    }
    return false;
  }

  /** The first match in the line; the shorter way of two where the pattern rather goes it. */
  find(line: Uint8Array): Match | undefined {
    if (!this.test(line)) return undefined;
    const marks = new Threads(this.#program, line).run();
    return marks === undefined ? undefined : matchOf(this.#program, line, marks);
  }

  #begin(): void {
    this.#anchored = beginsTheLine(this.node);
    ({ classes: this.#classes, samples: this.#samples } = classesOf(this.#program.steps));
    this.#width = this.#samples.length + 1;
    this.#state([0], false, true);
  }

  #follow(from: number, kind: number): number {
    const state = this.#states[from / this.#width]!;
    const byte = this.#samples[kind];
    const reached = closure(this.#program.steps, state.steps, {
      atStart: state.atStart,
      atEnd: byte === undefined,
      wordBefore: state.afterWord,
      wordAfter: byte !== undefined && isWordByte[byte] === 1,
    });
    const next = reached === undefined ? accepted : byte === undefined ? rejected : this.#step(reached, byte);
    // Where all states were forgotten, so was this one.
    if (this.#states[from / this.#width] === state) this.#next[from + kind] = next;
    return next;
  }

  #step(reached: readonly number[], byte: number): number {
    const { steps } = this.#program;
    const after = new Set(this.#anchored ? [] : [0]);
    for (const at of reached) {
      const step = steps[at]!;
      if (step.do === 'take' && step.has[byte] === 1) after.add(at + 1);
    }
    if (after.size === 0) return rejected;
    return this.#state(
      [...after].sort((a, b) => a - b),
      isWordByte[byte] === 1,
      false,
    );
  }

  #state(steps: readonly number[], afterWord: boolean, atStart: boolean): number {
    const key = `${afterWord}${atStart}${steps.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= mostStates) {
      this.#states = [];
      this.#byKey = new Map();
      if (!atStart) this.#state([0], false, true);
    }
    const state = (this.#states.push({ steps, afterWord, atStart }) - 1) * this.#width;
    if (state + this.#width > this.#next.length) {
      const larger = new Int32Array(2 * this.#next.length + this.#width);
      larger.set(this.#next);
      this.#next = larger;
    }
    this.#next.fill(unknown, state, state + this.#width);
    this.#byKey.set(key, state);
    return state;
  }
}

/** Whether it can only match from the start of a line. */
function beginsTheLine(node: Node): boolean {
  switch (node.kind) {
    case 'edge':
      return node.edge === 'start';
    case 'named':
      return beginsTheLine(node.of);
    case 'choice':
      return node.of.every(beginsTheLine);
    case 'times':
      return node.least > 0 && beginsTheLine(node.of);
    case 'row':
      return node.parts.length > 0 && beginsTheLine(node.parts[0]!);
    case 'byte':
    case 'set':
      return false;
  }
}

interface Place {
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly wordBefore: boolean;
  readonly wordAfter: boolean;
}

/** The steps that take a byte and can be reached without one; undefined where the end of the pattern can. */
function closure(steps: readonly Instruction[], from: readonly number[], place: Place): number[] | undefined {
  const seen = new Set<number>();
  const open = [...from];
  const taking: number[] = [];
  while (open.length > 0) {
    const at = open.pop()!;
    if (seen.has(at)) continue;
    seen.add(at);
    const step = steps[at]!;
    if (step.do === 'accept') return undefined;
    if (step.do === 'take') taking.push(at);
    else if (step.do === 'fork') open.push(step.second, step.first);
    else if (step.do === 'mark' || holds(step.edge, place)) open.push(at + 1);
  }
  return taking;
}

function holds(edge: Edge, { atStart, atEnd, wordBefore, wordAfter }: Place): boolean {
  if (edge === 'start') return atStart;
  if (edge === 'end') return atEnd;
  return (wordBefore !== wordAfter) === (edge === 'word');
}

interface Thread {
  readonly at: number;
  readonly marks: readonly number[];
}

/** All ways through the program at once, in the order in which the pattern would rather go them. */
class Threads {
  readonly #program: Program;
  readonly #line: Uint8Array;
  readonly #seen: Int32Array;
  #generation = 0;

  constructor(program: Program, line: Uint8Array) {
    this.#program = program;
    this.#line = line;
    this.#seen = new Int32Array(program.steps.length);
  }

  run(): readonly number[] | undefined {
    const { steps } = this.#program;
    let threads: Thread[] = [];
    let best: readonly number[] | undefined;
    for (let at = 0; at <= this.#line.length; at++) {
      this.#generation++;
      const ready: Thread[] = [];
      const given = best === undefined ? [...threads, { at: 0, marks: [] }] : threads;
      for (const thread of given) this.#spread(thread, at, ready);
      const byte = folded[this.#line[at] ?? 0]!;
      threads = [];
      for (const { at: stepAt, marks } of ready) {
        const step = steps[stepAt]!;
        if (step.do === 'accept') {
          // Those that come after it are ways that the pattern would rather not go.
          best = marks;
          break;
        }
        if (step.do === 'take' && at < this.#line.length && step.has[byte] === 1)
          threads.push({ at: stepAt + 1, marks });
      }
      if (best !== undefined && threads.length === 0) break;
    }
    return best;
  }

  #spread(thread: Thread, at: number, ready: Thread[]): void {
    const { steps } = this.#program;
    const place = placeIn(this.#line, at);
    const open = [thread];
    while (open.length > 0) {
      const { at: stepAt, marks } = open.pop()!;
      if (this.#seen[stepAt] === this.#generation) continue;
      this.#seen[stepAt] = this.#generation;
      const step = steps[stepAt]!;
      if (step.do === 'take' || step.do === 'accept') ready.push({ at: stepAt, marks });
      else if (step.do === 'fork') open.push({ at: step.second, marks }, { at: step.first, marks });
      else if (step.do === 'mark') {
        const moved = [...marks];
        moved[step.slot] = at;
        open.push({ at: stepAt + 1, marks: moved });
      } else if (holds(step.edge, place)) open.push({ at: stepAt + 1, marks });
    }
  }
}

function placeIn(line: Uint8Array, at: number): Place {
  return {
    atStart: at === 0,
    atEnd: at === line.length,
    wordBefore: at > 0 && isWordByte[line[at - 1]!] === 1,
    wordAfter: at < line.length && isWordByte[line[at]!] === 1,
  };
}

function matchOf({ names }: Program, line: Uint8Array, marks: readonly number[]): Match {
  const groups = Object.fromEntries(
    names.flatMap((name, index) => {
      const from = marks[2 + 2 * index];
      const to = marks[3 + 2 * index];
      if (from === undefined || to === undefined) return [];
      // `need2` is another place for `need`: a name can be given once in a literal.
      return [[name.replace(/\d$/, ''), Buffer.from(line.subarray(from, to)).toString('utf8')]];
    }),
  );
  return { from: marks[0]!, to: marks[1]!, groups };
}

/** Splits the bytes by each set in turn; a byte that is a set by itself is told from the others at the end. */
function classesOf(steps: readonly Instruction[]): { classes: Uint8Array; samples: number[] } {
  const sets = new Set([isWordByte, ...steps.flatMap((step) => (step.do === 'take' ? [step.has] : []))]);
  const alone = new Set<number>();
  const ofFolded = new Uint8Array(256);
  let count = 1;
  for (const has of sets) {
    const only = onlyByteOf(has);
    if (only === undefined) count = split(ofFolded, has, count);
    else alone.add(only);
  }
  for (const byte of alone) {
    const kind = ofFolded[byte]!;
    if (ofFolded.indexOf(kind) !== ofFolded.lastIndexOf(kind)) ofFolded[byte] = count++;
  }
  const samples: number[] = [];
  for (let byte = 255; byte >= 0; byte--) samples[ofFolded[byte]!] = byte;
  return { classes: folded.map((byte) => ofFolded[byte]!), samples };
}

function onlyByteOf(has: Uint8Array): number | undefined {
  const byte = has.indexOf(1);
  return byte >= 0 && byte === has.lastIndexOf(1) ? byte : undefined;
}

/** Of each class of bytes those that are in the set and those that aren't; tells how many classes there are then. */
function split(classes: Uint8Array, has: Uint8Array, before: number): number {
  const parts = new Map<number, number>();
  let count = before;
  for (let byte = 0; byte < 256; byte++) {
    const part = classes[byte]! * 2 + has[byte]!;
    let to = parts.get(part);
    // The first part of a class keeps its number.
    if (to === undefined) parts.set(part, (to = parts.has(part ^ 1) ? count++ : classes[byte]!));
    classes[byte] = to;
  }
  return count;
}
