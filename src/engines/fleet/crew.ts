/** Which builder does a part: who has its CPU, and of those who has least to do. */
import { canceler } from '../../base/canceler.ts';
import { Failure } from '../../report/failure.ts';
import type { Builder, BuilderCpus } from './builder.ts';
import type { Part } from './parts.ts';

/**
 * Parts that a daemon has at once. Steps use all its cores where they can; the others fill what these leave. This machine
 * gets all its parts as one, and shares its cores among their steps by itself.
 */
const mostAtOnce = 4;

export class CrewMember {
  readonly builder: Builder;
  readonly #cpus: BuilderCpus;
  /** Ends what it does. */
  readonly stop = canceler();
  readonly doing = new Set<Part>();
  taken = 0;
  /** Why it does no more. */
  lost: Failure | undefined;

  constructor(builder: Builder, cpus: BuilderCpus) {
    this.builder = builder;
    this.#cpus = cpus;
  }

  get name(): string {
    return this.builder.name;
  }

  begin(part: Part): void {
    this.doing.add(part);
    this.taken++;
  }

  /**
   * How well it runs the part: on a CPU of its own, by an emulator that it tells of, or nobody knows. A daemon comes before
   * this machine, where it is as good: it was named for that.
   */
  fitness({ cpus }: Part): number {
    const { native, emulated } = this.#cpus;
    const all = [...cpus];
    const { isHere } = this.builder;
    if (all.every((cpu) => native.has(cpu))) return isHere ? 4 : 5;
    if (all.every((cpu) => native.has(cpu) || emulated.has(cpu))) return isHere ? 2 : 3;
    return isHere ? 0 : 1;
  }

  /** Whether it says that it runs the part, itself or by an emulator. */
  claims(part: Part): boolean {
    return this.fitness(part) > 1;
  }

  /** For people: `amd64, 386`. */
  get cpus(): string {
    return [...new Set([...this.#cpus.native, ...this.#cpus.emulated])].join(', ');
  }

  get isFull(): boolean {
    return this.doing.size >= (this.builder.isHere ? 1 : mostAtOnce);
  }
}

interface Preferences {
  /** The one with which the part was lost. */
  readonly not: CrewMember | undefined;
  /** The builder that did it in an earlier build, and may have its steps still. */
  readonly before: string | undefined;
}

/**
 * Undefined where those who could do it best have enough to do. Emulation takes ten times as long, so a part waits for its
 * CPU rather. A daemon may have an emulator that it doesn't tell of, so one is tried where nobody tells of any.
 */
export function chooseMember(
  part: Part,
  crew: readonly CrewMember[],
  { not, before }: Preferences,
): CrewMember | undefined {
  const living = crew.filter(({ lost }) => lost === undefined);
  if (living.length === 0) throw noneLeft(part, crew);
  const others = living.filter((member) => member !== not);
  const able = others.length === 0 ? living : others;
  const best = Math.max(...able.map((member) => member.fitness(part)));
  const free = able.filter((member) => member.fitness(part) === best && !member.isFull);
  return (
    free.find(({ name }) => name === before) ??
    free.sort((one, other) => one.doing.size - other.doing.size || one.taken - other.taken)[0]
  );
}

function noneLeft({ name }: Part, crew: readonly CrewMember[]): Failure {
  return new Failure('builder-none', `no builder is left for ${name}`, {
    why: crew.map((member) => `${member.name}: ${member.lost?.message}`).join('; '),
  });
}

/** Instead of what a step says that was tried on another CPU than its own. */
export function noCpu(part: Part, crew: readonly CrewMember[]): Failure {
  const cpus = [...part.cpus].map((cpu) => `linux/${cpu}`).join(' and ');
  return new Failure('builder-none', `no builder runs ${cpus}, on which ${part.name} is built`, {
    why: crew.map((member) => `${member.name} runs ${member.cpus}`).join('; '),
    hint: "name a builder of that CPU, register QEMU on a builder's machine (`apt-get install qemu-user-static`), or compile across: `builder:`",
  });
}
