/** Which builder does a part: who has its CPU, and of those who has least to do. */
import { canceler } from '../../base/canceler.ts';
import { Failure } from '../../report/failure.ts';
import type { Builder, BuilderCpus } from './builder.ts';
import { platformsOf, type Part } from './parts.ts';

/**
 * Parts that a daemon has at once. Steps use all its cores where they can; the others fill what these leave. This machine
 * gets all its parts as one, and shares its cores among their steps by itself.
 */
const mostAtOnce = 4;

/** What a builder can't do. */
export interface Lack {
  /** It can do no part that needs all of these. */
  readonly needs: ReadonlySet<string>;
  readonly why: Failure;
}

export class CrewMember {
  readonly builder: Builder;
  readonly #cpus: BuilderCpus;
  /** Ends what it does. */
  readonly stop = canceler();
  readonly doing = new Set<Part>();
  taken = 0;
  /** Why it does no more. */
  lost: Failure | undefined;
  readonly #lacks: Lack[] = [];

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

  /** Of the part's CPUs those that it doesn't say it runs, itself or by an emulator. */
  unclaimed({ cpus }: Part): readonly string[] {
    return [...cpus].filter((cpu) => !this.#cpus.native.has(cpu) && !this.#cpus.emulated.has(cpu));
  }

  /** From now on it gets nothing that needs all of this. Tells whether that was news. */
  leaveOut(lack: Lack): boolean {
    const isNews = !this.#lacks.some(({ needs }) => isAmong(needs, lack.needs));
    if (isNews) this.#lacks.push(lack);
    return isNews;
  }

  /** Why it doesn't get the part; undefined where nothing speaks against that. */
  refusal(part: Part): Failure | undefined {
    return this.lost ?? this.#lacks.find(({ needs }) => isAmong(needs, part.needs))?.why;
  }

  /** For people: `amd64, 386`. */
  get cpus(): string {
    return [...new Set([...this.#cpus.native, ...this.#cpus.emulated])].join(', ');
  }

  get isFull(): boolean {
    return this.doing.size >= (this.builder.isHere ? 1 : mostAtOnce);
  }
}

export function isAmong(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one));
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
  const willing = crew.filter((member) => member.refusal(part) === undefined);
  if (willing.length === 0) throw noneLeft(part, crew);
  const others = willing.filter((member) => member !== not);
  const able = others.length === 0 ? willing : others;
  const best = Math.max(...able.map((member) => member.fitness(part)));
  const free = able.filter((member) => member.fitness(part) === best && !member.isFull);
  return (
    free.find(({ name }) => name === before) ??
    free.sort((one, other) => one.doing.size - other.doing.size || one.taken - other.taken)[0]
  );
}

/** Why nobody does the part. */
export function noneLeft(part: Part, crew: readonly CrewMember[]): Failure {
  const living = crew.filter(({ lost }) => lost === undefined);
  const [code, ...others] = new Set(living.map((member) => member.refusal(part)?.code));
  if (code === 'buildkit-foreign-cpu' && others.length === 0) return noCpu(part, crew);
  const message =
    living.length === 0 ? `no builder is left for ${part.name}` : `no builder can do ${part.name}`;
  return new Failure(others.length === 0 ? (code ?? 'builder-none') : 'builder-none', message, {
    why: crew.map((member) => `${member.name}: ${member.refusal(part)?.message}`).join('; '),
  });
}

/** Instead of what a step says that was tried on another CPU than its own. */
function noCpu(part: Part, crew: readonly CrewMember[]): Failure {
  const cpus = platformsOf(part.cpus).join(' and ');
  return new Failure('builder-none', `no builder runs ${cpus}, on which ${part.name} is built`, {
    why: crew.map((member) => `${member.name} runs ${member.cpus}`).join('; '),
    hint: "name a builder of that CPU, register QEMU on a builder's machine (`apt-get install qemu-user-static`), or compile across: `builder:`",
  });
}
