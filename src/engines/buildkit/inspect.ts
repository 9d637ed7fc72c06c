/** What a daemon tells of itself, without building anything. */
import { ProtobufMessage } from '../../base/protobuf.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { showAddress } from './address.ts';
import { daemonVersion, silenceOf } from './control.ts';
import { advisoryOn } from './daemon-limits.ts';
import { connectTo, type Connection } from './dial.ts';

export interface DaemonFacts {
  /** For people: where it is. */
  readonly where: string;
  /** Undefined where it is older than 0.11, which can't say. */
  readonly version: string | undefined;
  readonly advisory: Diagnostic | undefined;
  readonly workers: readonly Worker[];
  /** Bytes. */
  readonly cache: number;
}

interface Worker {
  readonly labels: Readonly<Record<string, string>>;
  /** CPUs as OCI calls them, without variants. */
  readonly cpus: readonly string[];
}

const service = '/moby.buildkit.v1.Control';

/** Throws `Failure` where nobody answers. */
export async function inspectDaemon(connection: Connection): Promise<DaemonFacts> {
  const { signal } = connection;
  const client = await connectTo(connection);
  const ended = new AbortController();
  try {
    const ask = async (method: string) =>
      new ProtobufMessage(await client.call(`${service}/${method}`, new Uint8Array(), { signal }));
    const answers = Promise.all([daemonVersion(client, signal), ask('ListWorkers'), ask('DiskUsage')]);
    const [version, workers, usage] = await Promise.race([answers, silenceOf(client, ended.signal)]);
    const where = showAddress(connection.address);
    return {
      where,
      version,
      advisory: advisoryOn({ where, version }),
      workers: workers.messages(1).map(readWorker),
      cache: usage.messages(1).reduce((sum, record) => sum + record.integer(4), 0),
    };
  } finally {
    ended.abort();
    client.close();
  }
}

/** The CPUs that it says it runs, its own first. Throws `Failure` where nobody answers. */
export async function daemonCpus(connection: Connection): Promise<readonly string[]> {
  const client = await connectTo(connection);
  const ended = new AbortController();
  try {
    const { signal } = connection;
    const asked = client.call(`${service}/ListWorkers`, new Uint8Array(), { signal });
    const answer = await Promise.race([asked, silenceOf(client, ended.signal)]);
    const workers = new ProtobufMessage(answer).messages(1).map(readWorker);
    return [...new Set(workers.flatMap(({ cpus }) => cpus))];
  } finally {
    ended.abort();
    client.close();
  }
}

function readWorker(worker: ProtobufMessage): Worker {
  return {
    labels: Object.fromEntries(worker.messages(2).map((label) => [label.string(1), label.string(2)])),
    cpus: [...new Set(worker.messages(3).map((platform) => platform.string(1)))],
  };
}
