/**
 * The engine that is several others. A graph is taken apart by targets; each goes to the builder that has its CPU and least
 * to do, as a build of its own, and the events of all of them are told as those of one.
 *
 * A builder that dies takes nothing along but time: its targets are built once more, by another. That is tried once for a
 * target, as what ends two builders is rather the target than the builders. One that lives and can't do a target, as it is too
 * old for it or has no emulator, gets none of those that need the same, and does the rest.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { canceler } from '../../base/canceler.ts';
import { sha256OfValue } from '../../base/sha256.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Code } from '../../report/codes.ts';
import type { Event } from '../../report/event.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import type { Engine, SolveRequest } from '../engine.ts';
import { EventChannel, eventsOf } from '../event-channel.ts';
import { refusals } from '../first-that-can.ts';
import type { Builder } from './builder.ts';
import { chooseMember, CrewMember, isAmong, noneLeft, type Lack } from './crew.ts';
import { shownLack } from './lack.ts';
import { joined, partsOf, type Part } from './parts.ts';
import { Story } from './story.ts';

/** In the store: who built a target of a project. */
const recordKind = 'builders';

/** Milliseconds in which a builder answers when it is asked what it is. */
const patience = 15_000;

interface FleetOptions {
  readonly builders: readonly Builder[];
  readonly store: Store;
}

export function createFleetEngine(options: FleetOptions): Engine {
  return { name: 'fleet', solve: (graph, request) => solve(options, graph, request) };
}

async function* solve(options: FleetOptions, graph: Graph, request: SolveRequest): AsyncGenerator<Event> {
  const channel = new EventChannel();
  const failed = yield* eventsOf(new FleetBuild(options, graph, request, channel), channel);
  if (failed !== undefined) throw failed.error;
}

class FleetBuild {
  readonly #options: FleetOptions;
  readonly #graph: Graph;
  readonly #request: SolveRequest;
  readonly #channel: EventChannel;
  readonly #story: Story;
  readonly #stop = canceler();
  readonly #waiting: Part[];
  /** The builder of an earlier build, by the part. */
  readonly #before = new Map<Part, string>();
  /** Parts that were begun once more, and the builder that had them first. */
  readonly #moved = new Map<Part, CrewMember>();
  readonly #name = randomUUID().replaceAll('-', '');
  #crew: readonly CrewMember[] = [];
  /** The first thing that went wrong; all else is its consequence. */
  #problem: { readonly error: unknown } | undefined;

  constructor(options: FleetOptions, graph: Graph, request: SolveRequest, channel: EventChannel) {
    this.#options = options;
    this.#graph = graph;
    this.#request = request;
    this.#channel = channel;
    this.#waiting = [...partsOf(graph, request.exports)];
    this.#story = new Story(channel, this.#waiting);
  }

  cancel(): void {
    this.#end(new Failure('canceled', 'the build was stopped'));
  }

  async run(): Promise<void> {
    const stop = () => this.cancel();
    const { signal } = this.#request;
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      if (this.#problem === undefined) await this.#muster();
      await this.#buildAll();
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (this.#problem !== undefined) throw this.#problem.error;
  }

  /** Who answers; the build goes on without those who don't. */
  async #muster(): Promise<void> {
    const [answers] = await Promise.all([
      Promise.all(this.#options.builders.map((builder) => this.#ask(builder))),
      ...this.#waiting.map((part) => this.#remember(part)),
    ]);
    this.#crew = answers.filter((answer) => answer instanceof CrewMember);
    const silent = answers.filter((answer) => answer instanceof Failure);
    if (this.#crew.length === 0 && this.#problem === undefined) {
      const why = silent.map(({ message }) => message).join('; ');
      return this.#end(new Failure('builder-none', 'no builder answers', { why }));
    }
    for (const silence of silent) this.#notice('builder-left-out', silence, 'the build goes on without it');
  }

  /** The builder with what it runs; or why there is none. */
  async #ask(builder: Builder): Promise<CrewMember | Failure> {
    const over = canceler();
    const signal = AbortSignal.any([this.#stop.signal, over.signal]);
    const late = delay(patience, undefined, { signal }).then(() => {
      throw new Failure(
        'buildkit-unreachable',
        `${builder.name} did not say within ${patience / 1000} s what it is`,
      );
    });
    try {
      return new CrewMember(builder, await Promise.race([builder.look(signal), late]));
    } catch (error) {
      if (error instanceof Failure) return error;
      if (this.#stop.signal.aborted) return new Failure('canceled', 'the build was stopped');
      throw error;
    } finally {
      over.abort();
    }
  }

  async #buildAll(): Promise<void> {
    const running = new Set<Promise<void>>();
    for (;;) {
      for (const [part, member] of this.#assigned()) {
        const work = this.#build(part, member).finally(() => running.delete(work));
        running.add(work);
      }
      if (running.size === 0) return;
      await Promise.race(running);
    }
  }

  *#assigned(): Iterable<readonly [Part, CrewMember]> {
    const here: Part[] = [];
    let own: CrewMember | undefined;
    for (const part of this.#waiting.slice()) {
      const member = this.#choose(part);
      if (member === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(part), 1);
      if (member.builder.isHere) {
        own = member;
        here.push(part);
      } else {
        member.begin(part);
        yield [part, member];
      }
    }
    if (own === undefined) return;
    const part = joined(this.#graph, here);
    own.begin(part);
    yield [part, own];
  }

  #choose(part: Part): CrewMember | undefined {
    if (this.#problem !== undefined) return undefined;
    try {
      return chooseMember(part, this.#crew, {
        not: this.#moved.get(part),
        before: this.#before.get(part),
      });
    } catch (error) {
      this.#end(error);
      return undefined;
    }
  }

  async #build(part: Part, member: CrewMember): Promise<void> {
    const attempt = this.#story.begin(member.name);
    const { graph, exports } = part;
    const signal = AbortSignal.any([this.#stop.signal, member.stop.signal]);
    const noted = this.#note(part, member);
    try {
      const request = { ...this.#request, exports, build: this.#name, signal };
      for await (const event of member.builder.engine.solve(graph, request)) {
        this.#story.tell(attempt, event);
        await this.#channel.room();
      }
      this.#story.settle(attempt);
    } catch (error) {
      const lack = shownLack(part, member, error);
      const loss = lack === undefined ? await this.#lossOf(member, error) : undefined;
      const isElsewhere =
        lack === undefined
          ? loss !== undefined && this.#isMoved(part, member, loss)
          : this.#isPassedOn(part, member, lack);
      if (isElsewhere) return this.#story.forget(attempt);
      this.#story.settle(attempt);
      this.#end(lack === undefined ? (loss ?? error) : noneLeft(part, this.#crew));
    } finally {
      await noted;
      member.doing.delete(part);
    }
  }

  /** Whether the part waits for one that can do it. Others that need the same are not given to this one either. */
  #isPassedOn(part: Part, member: CrewMember, lack: Lack): boolean {
    const isNews = member.leaveOut(lack);
    const isWanted = this.#crew.some((other) => other.refusal(part) === undefined);
    if (!isWanted || this.#problem !== undefined) return false;
    const alike = [...member.doing, ...this.#waiting].filter(({ needs }) => isAmong(lack.needs, needs));
    const names = [...new Set(alike.map(({ name }) => name))].join(', ');
    if (isNews) this.#notice('builder-cannot', lack.why, `others build ${names}`);
    this.#waiting.unshift(part);
    return true;
  }

  /** Whether the part waits for another builder now, as this one was lost with it. */
  #isMoved(part: Part, member: CrewMember, loss: Failure): boolean {
    if (this.#moved.has(part) || this.#problem !== undefined) return false;
    this.#moved.set(part, member);
    this.#waiting.unshift(part);
    if (member.lost === undefined) this.#notice('builder-lost', loss, `${part.name} is built once more`);
    return true;
  }

  /** Why the builder is of no use for what failed; undefined where the failure is the work's own. */
  async #lossOf(member: CrewMember, error: unknown): Promise<Failure | undefined> {
    if (member.lost !== undefined) return member.lost;
    if (this.#stop.signal.aborted || !(error instanceof Failure)) return undefined;
    // A daemon that is told to end kills its steps first: what looks like a step's failure may be that.
    const answer = unable.has(error.code) ? error : await this.#ask(member.builder);
    if (this.#stop.signal.aborted) return undefined;
    const isBroken = broken.has(error.code);
    if (answer instanceof Failure) this.#lose(member, isBroken ? error : answer);
    return member.lost ?? (isBroken ? error : undefined);
  }

  #lose(member: CrewMember, loss: Failure): void {
    // Several of its parts may have asked at once.
    if (member.lost !== undefined) return;
    member.lost = loss;
    const names = [...member.doing].filter((part) => !this.#moved.has(part)).map(({ name }) => name);
    if (names.length > 0 && this.#crew.some(({ lost }) => lost === undefined))
      this.#notice('builder-lost', loss, `others build ${names.join(', ')}`);
    member.stop.abort(loss);
  }

  /** So that the next build of the target finds the steps that the builder has kept, and a shell the one that failed. */
  async #note(part: Part, { name, builder }: CrewMember): Promise<void> {
    if (builder.isHere) return;
    // A store that can't be written to is told by whoever needs it.
    await this.#options.store.writeRecord(recordKind, this.#recordKey(part), { name }).catch(() => {});
  }

  async #remember(part: Part): Promise<void> {
    const record = await this.#options.store.readRecord<{ name: string }>(recordKind, this.#recordKey(part));
    if (record !== undefined) this.#before.set(part, record.name);
  }

  #recordKey({ name }: Part): string {
    const { inputs } = this.#request;
    const folders = [...inputs.values()].flatMap((input) => (input.kind === 'folder' ? input.folder : []));
    return sha256OfValue([name, [...new Set(folders)].sort()]);
  }

  #notice(
    code: 'builder-lost' | 'builder-left-out' | 'builder-cannot',
    { message, hint }: Failure,
    consequence: string,
  ): void {
    const diagnostic = { code, severity: 'warning', message: `${message}: ${consequence}`, hint } as const;
    this.#channel.send({ type: 'noticed', diagnostic });
  }

  #end(error: unknown): void {
    this.#problem ??= { error };
    this.#stop.abort(error);
  }
}

/** The builder lives, and no part of this build is for it. */
const unable: ReadonlySet<Code> = new Set<Code>([...refusals, 'buildkit-cannot', 'buildkit-disk-full']);
const broken: ReadonlySet<Code> = new Set<Code>(['buildkit-lost', 'buildkit-unreachable']);
