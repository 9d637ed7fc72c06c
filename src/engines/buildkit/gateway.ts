/**
 * `moby.buildkit.v1.frontend.LLBBridge`: how a client steers a build from outside, as frontends do from inside. One build
 * may solve many graphs, look into what they left, and in the end say which one is exported.
 */
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import { writeCacheEntry } from './control.ts';
import { readStat, type FileStat } from './fsutil.ts';
import type { CacheEntry } from './result-places.ts';
import type { GrpcCall, GrpcClient } from './wire/grpc-client.ts';
import { GrpcError, writeStatus } from './wire/grpc-error.ts';

const service = '/moby.buildkit.v1.frontend.LLBBridge';

export interface DaemonAbilities {
  /** What it knows of graphs and of being steered, by the names of BuildKit. */
  readonly capabilities: ReadonlySet<string>;
  /** Its workers are BuildKit's own. Docker puts another in their place, and claims all that BuildKit can. */
  readonly isWhole: boolean;
}

const executorLabel = 'org.mobyproject.buildkit.worker.executor';
const anyPlatform = { architecture: 'amd64', os: 'linux' };

export class Gateway {
  readonly #client: GrpcClient;
  readonly #ref: string;
  readonly #signal: AbortSignal;

  readonly #cacheFrom: readonly CacheEntry[];

  /** What is in `cacheFrom` need not be made. */
  constructor(client: GrpcClient, ref: string, signal: AbortSignal, cacheFrom: readonly CacheEntry[] = []) {
    this.#client = client;
    this.#ref = ref;
    this.#signal = signal;
    this.#cacheFrom = cacheFrom;
  }

  async abilities(): Promise<DaemonAbilities> {
    const answer = await this.call('Ping', new ProtobufWriter());
    const all = [...answer.messages(1), ...answer.messages(2)];
    const enabled = all.filter((capability) => capability.bool(2));
    const workers = answer.messages(3).map((worker) => worker.map(2, (label) => label.string(2)));
    return {
      capabilities: new Set(enabled.map((capability) => capability.string(1))),
      isWhole: workers.length > 0 && workers.every((labels) => labels.has(executorLabel)),
    };
  }

  /** Tells what the result is called; undefined for one that is empty. Daemons may do the work only when it is looked at. */
  async solve(definition: Uint8Array): Promise<string | undefined> {
    const request = new ProtobufWriter().encoded(1, definition).bool(5, true).bool(6, true);
    for (const entry of this.#cacheFrom) request.message(12, (inner) => writeCacheEntry(inner, entry));
    request.bool(14, true);
    const result = (await this.call('Solve', request)).message(3);
    const id = result?.message(3)?.string(1) ?? result?.string(1) ?? '';
    return id === '' ? undefined : id;
  }

  async stat(ref: string, path: string): Promise<FileStat> {
    const answer = await this.call('StatFile', new ProtobufWriter().string(1, ref).string(2, path));
    return readStat(answer.message(1)!);
  }

  async list(ref: string, folder: string): Promise<readonly FileStat[]> {
    const answer = await this.call('ReadDir', new ProtobufWriter().string(1, ref).string(2, folder));
    return answer.messages(1).map(readStat);
  }

  async read(
    ref: string,
    path: string,
    { from, length }: { readonly from: number; readonly length: number },
  ): Promise<Uint8Array> {
    const request = new ProtobufWriter().string(1, ref).string(2, path);
    request.message(3, (range) => range.integer(1, from).integer(2, length));
    return (await this.call('ReadFile', request)).bytes(1);
  }

  /** Ends the build: what is exported is this. An image gets the configuration, in OCI's words. */
  async return(ref: string | undefined, configuration?: object): Promise<void> {
    const config = configuration && Buffer.from(JSON.stringify(configuration));
    const request = new ProtobufWriter().message(1, (result) => {
      if (ref !== undefined) result.message(3, (inner) => inner.string(1, ref));
      const metadata = config === undefined ? {} : { 'containerimage.config': config };
      result.map(10, metadata, (entry, value) => entry.bytes(2, value));
    });
    await this.call('Return', request);
  }

  /** Ends a build of several results that have nothing to do with each other. */
  async returnAll(refs: readonly string[]): Promise<void> {
    if (refs.length < 2) return this.return(refs[0]);
    const named = Object.fromEntries(refs.map((ref, index) => [String(index), ref]));
    // Daemons know several results only as those of several platforms.
    const platforms = Object.keys(named).map((name) => ({ ID: name, Platform: anyPlatform }));
    const metadata = { 'refs.platforms': Buffer.from(JSON.stringify({ Platforms: platforms })) };
    const request = new ProtobufWriter().message(1, (result) =>
      result
        .message(4, (all) =>
          all.map(1, named, (entry, ref) => entry.message(2, (inner) => inner.string(1, ref))),
        )
        .map(10, metadata, (entry, value) => entry.bytes(2, value)),
    );
    await this.call('Return', request);
  }

  async fail(error: unknown): Promise<void> {
    const known = error instanceof GrpcError ? error : undefined;
    const request = new ProtobufWriter().message(2, (status) =>
      writeStatus(status, known?.code ?? 2, error instanceof Error ? error.message : String(error)),
    );
    await this.call('Return', request);
  }

  async call(method: string, request: ProtobufWriter): Promise<ProtobufMessage> {
    return new ProtobufMessage(
      await this.#client.call(`${service}/${method}`, request.finish(), this.#options),
    );
  }

  open(method: string): GrpcCall {
    return this.#client.open(`${service}/${method}`, this.#options);
  }

  get #options() {
    return { metadata: { 'buildkit-controlapi-buildid': this.#ref }, signal: this.#signal };
  }
}
