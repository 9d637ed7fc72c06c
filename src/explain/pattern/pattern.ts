/**
 * Matching in linear time. `test` walks a line once or twice, by machines (`machine.ts`). `find` tells where a match is and what
 * its groups hold, by keeping one thread for each step; the work for a byte is bounded by the length of the program, whatever
 * the text is.
 */
import { loosened } from './loosened.ts';
import { Machine } from './machine.ts';
import { holds, type Place, type Program } from './program.ts';
import { folded, isWordByte, parsePattern, type Node } from './syntax.ts';

export interface Match {
  /** Offsets of bytes. */
  readonly from: number;
  readonly to: number;
  readonly groups: Readonly<Record<string, string>>;
}

export class Pattern {
  readonly source: string;
  /** Read and made when they are needed first: most patterns are never asked. */
  #node: Node | undefined;
  #exact: Machine | undefined;
  /** Matches in more lines, and tells of most that nothing is in them; null where that would be the exact one again. */
  #loose: Machine | null | undefined;

  constructor(source: string) {
    this.source = source;
  }

  get node(): Node {
    return (this.#node ??= parsePattern(this.source));
  }

  /** Of the part of the bytes that is the line. */
  test(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
    if (this.#loose === undefined) {
      const node = loosened(this.node);
      this.#loose = node === undefined ? null : new Machine(this.source, node);
    }
    return this.#loose?.test(bytes, from, to) !== false && this.#machine.test(bytes, from, to);
  }

  /** The first match in the line; the shorter way of two where the pattern rather goes it. */
  find(line: Uint8Array): Match | undefined {
    if (!this.test(line)) return undefined;
    const { program } = this.#machine;
    const marks = new Threads(program, line).run();
    return marks === undefined ? undefined : matchOf(program, line, marks);
  }

  get #machine(): Machine {
    return (this.#exact ??= new Machine(this.source, this.node));
  }
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
