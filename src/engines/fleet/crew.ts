/** Which builder does a part: who has its CPU, and of those who has least to do. */
import { canceler } from '../../base/canceler.ts';
import { Failure } from '../../report/failure.ts';
import type { Builder, BuilderCpus } from './builder.ts';
import type { Part } from './parts.ts';

/** Parts that a builder has at once. Steps use all its cores where they can; the others fill what these leave. */
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

  /** How well it runs the part: on a CPU of its own, by an emulator, or nobody knows. */
  fitness({ cpus }: Part): number {
    const { native, emulated } = this.#cpus;
    const all = [...cpus];
    if (all.every((cpu) => native.has(cpu))) return 2;
    return all.every((cpu) => native.has(cpu) || emulated.has(cpu)) ? 1 : 0;
  }

  get load(): number {
    return this.doing.size;
  }
}

/**
 * Undefined where those who could do it best have enough to do. Emulation takes ten times as long, so a part waits for its
 * CPU rather. A daemon may have an emulator that it doesn't tell of, so one is tried where nobody tells of any.
 */
export function chooseMember(
  part: Part,
  crew: readonly CrewMember[],
  not: CrewMember | undefined,
): CrewMember | undefined {
  const living = crew.filter(({ lost }) => lost === undefined);
  if (living.length === 0) throw noneLeft(part, crew);
  const others = living.filter((member) => member !== not);
  const able = others.length === 0 ? living : others;
  const best = Math.max(...able.map((member) => member.fitness(part)));
  return able
    .filter((member) => member.fitness(part) === best && member.load < mostAtOnce)
    .sort((one, other) => one.load - other.load || one.taken - other.taken)[0];
}

function noneLeft({ name }: Part, crew: readonly CrewMember[]): Failure {
  return new Failure('builder-none', `no builder is left for ${name}`, {
    why: crew.map((member) => `${member.name}: ${member.lost?.message}`).join('; '),
  });
}
