/**
 * Results that a build takes from elsewhere and leaves for others. Taking is the daemon's: it looks into each place before
 * it makes something. Leaving is a build of its own for each part and place, while the daemon still has all results of
 * this one at hand, so that nothing runs for it. Neither decides what comes out, so neither makes a build fail.
 */
import { graphOf } from '../../graph/collect.ts';
import { marshalDefinition } from '../../graph/definition.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import type { ResultPlace, SolveRequest } from '../engine.ts';
import type { EventChannel } from '../event-channel.ts';
import type { BlobDescriptor } from './blob-folder.ts';
import { BlobFolder } from './blob-folder.ts';
import type { BlobStores } from './content-service.ts';
import { nameDaemon, type DaemonName } from './daemon-limits.ts';
import { stateAt } from './exports.ts';
import type { Lowered } from './lower.ts';
import { refusalOf, runBeside, type Connected } from './own-job.ts';
import {
  exportEntry,
  githubDiagnostic,
  importEntry,
  placeStores,
  showPlace,
  type CacheEntry,
  type ResultPart,
} from './result-places.ts';

interface Kept {
  readonly part: ResultPart;
  readonly place: ResultPlace;
  readonly entry: CacheEntry;
}

const task = 'keep results';

export class SharedResults {
  readonly imports: readonly CacheEntry[];
  readonly stores: BlobStores;
  readonly #kept: readonly Kept[];
  readonly #channel: EventChannel;

  private constructor(
    imports: readonly CacheEntry[],
    stores: BlobStores,
    kept: readonly Kept[],
    channel: EventChannel,
  ) {
    this.imports = imports;
    this.stores = stores;
    this.#kept = kept;
    this.#channel = channel;
  }

  static async find(
    { results: { from, to } = { from: [], to: [] } }: SolveRequest,
    parts: readonly ResultPart[],
    { env, channel }: { readonly env: Context['env']; readonly channel: EventChannel },
  ): Promise<SharedResults> {
    const diagnostic = githubDiagnostic([...from, ...to], env);
    if (diagnostic !== undefined) channel.send({ type: 'noticed', diagnostic });
    const found = parts.flatMap(({ name }) => from.map((place) => importEntry(place, name, env)));
    const imports = (await Promise.all(found)).filter((entry) => entry !== undefined);
    // Of several parts that begin alike a daemon goes on with one, so each has all that is built at once.
    const outputs = parts.flatMap((part) => part.outputs);
    const kept = parts.flatMap(({ name }) =>
      to.flatMap((place) => {
        const entry = exportEntry(place, name, env);
        return entry === undefined ? [] : [{ part: { name, outputs }, place, entry }];
      }),
    );
    return new SharedResults(imports, placeStores([...from, ...to]), kept, channel);
  }

  /** Throws `Failure` where the daemon doesn't know a place by its kind: it shall say so before anything runs. */
  async requireKinds(connected: Connected, daemon: DaemonName): Promise<void> {
    const byKind = new Map(this.#kept.map((one) => [one.entry.type, one]));
    await Promise.all(
      [...byKind.values()].map(async ({ entry, place }) => {
        const refusal = await refusalOf({ cacheTo: [entry] }, connected);
        if (refusal === undefined) return;
        throw new Failure(
          'buildkit-cannot',
          `${nameDaemon(daemon)} can't keep results in ${showPlace(place)}`,
          {
            why: refusal,
            hint: 'use a newer daemon, or leave `cache: to:` out',
          },
        );
      }),
    );
  }

  /** To be called while the build's own job still has its results. */
  async keep(connected: Connected, lowered: Lowered): Promise<void> {
    if (this.#kept.length === 0) return;
    this.#channel.send({ type: 'planned', tasks: [{ id: task, name: task }] });
    this.#channel.send({ type: 'started', task, at: performance.now() });
    for (const kept of this.#kept) {
      try {
        await keepOne(kept, connected, lowered);
      } catch (error) {
        connected.signal.throwIfAborted();
        this.#tellFailed(kept.place, error);
      }
    }
    this.#channel.send({ type: 'finished', task, outcome: 'done', at: performance.now() });
  }

  #tellFailed(place: ResultPlace, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const message = `results could not be left in ${showPlace(place)}: ${why}`;
    const diagnostic = { code: 'results-not-kept', severity: 'warning', message } as const;
    this.#channel.send({ type: 'noticed', diagnostic });
  }
}

async function keepOne({ part, place, entry }: Kept, connected: Connected, lowered: Lowered): Promise<void> {
  const told = await runBeside({ cacheTo: [entry] }, connected, async (gateway) => {
    const made = part.outputs.map((output) =>
      gateway.solve(marshalDefinition(graphOf([stateAt(lowered.of(output))]))),
    );
    await gateway.returnAll((await Promise.all(made)).filter((ref) => ref !== undefined));
  });
  const manifest = told.get('cache.manifest');
  if (place.kind === 'folder' && manifest !== undefined)
    await new BlobFolder(place.folder).name(part.name, JSON.parse(manifest) as BlobDescriptor);
}
