/**
 * Whether a pattern is in a line, told by one walk along it: the states of the machine are made when they are first met, and
 * a state is the set of steps of the program at which a match may be.
 */
import { compilePattern, holds, type Instruction, type Place, type Program } from './program.ts';
import { folded, isWordByte, type Node } from './syntax.ts';

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

export class Machine {
  readonly program: Program;
  /** Bytes that no step tells apart are of one class. */
  readonly #classes: Uint8Array;
  readonly #samples: readonly number[];
  #states: State[] = [];
  #byKey = new Map<string, number>();
  /** By state and class of byte, the end of the line last: what follows. States are multiples of `#width`. */
  #next = new Int32Array();
  readonly #width: number;
  /** Whether each match begins where the line does. */
  readonly #anchored: boolean;

  constructor(source: string, node: Node) {
    this.program = compilePattern(source, node);
    this.#anchored = beginsTheLine(node);
    ({ classes: this.#classes, samples: this.#samples } = classesOf(this.program.steps));
    this.#width = this.#samples.length + 1;
    this.#state([0], false, true);
  }

  /** Of the part of the bytes that is the line. */
  test(bytes: Uint8Array, from: number, to: number): boolean {
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

  #follow(from: number, kind: number): number {
    const state = this.#states[from / this.#width]!;
    const byte = this.#samples[kind];
    const reached = closure(this.program.steps, state.steps, {
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
    const { steps } = this.program;
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
