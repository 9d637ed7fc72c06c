/** The part of a step's output that a daemon left out, from the files that the step's shell wrote beside. */
import { posix } from 'node:path';
import type { Vertex } from '../../graph/graph.ts';
import { BuildContainer } from './container.ts';
import { solveOutput } from './exports.ts';
import type { FailedState } from './failed-state.ts';
import type { Gateway } from './gateway.ts';
import { ownFolder } from './lower-step.ts';
import type { Lowered } from './lower.ts';
import { logFolder, logNames } from './step-shell.ts';

export type LogStream = keyof typeof logNames;

/** Hands over a stream's bytes from an offset on; throws where the daemon has none. */
export type RestOfLog = (
  stream: LogStream,
  offset: number,
  take: (data: Buffer) => Promise<void>,
) => Promise<void>;

const pieceSize = 1 << 20;

/** Undefined for a step that wrote none. */
export async function logOfDone(
  gateway: Gateway,
  lowered: Lowered,
  vertex: Vertex,
): Promise<RestOfLog | undefined> {
  const output = lowered.logOf(vertex);
  const state = output && (await solveOutput(gateway, output));
  if (state === undefined) return undefined;
  return async (stream, offset, take) => {
    for (let from = offset; ; from += pieceSize) {
      const data = await gateway.read(state, posix.join(ownFolder, logNames[stream]), {
        from,
        length: pieceSize,
      });
      await take(Buffer.from(data));
      if (data.length < pieceSize) return;
    }
  };
}

/** A daemon hands out files of states that were solved; of one that failed a container reads them. */
export function logOfFailed(gateway: Gateway, state: FailedState): RestOfLog | undefined {
  const { ran, after, vertex } = state;
  const index = ran.mounts.findIndex(({ destination }) => destination === logFolder);
  if (index === -1) return undefined;
  const mounts = [0, index].map((place) => ({ mount: ran.mounts[place]!, state: after[place] }));
  return async (stream, offset, take) => {
    const { platform } = vertex;
    const container = await BuildContainer.open(gateway, { mounts, platform, network: 'none' });
    let left = offset;
    const printed = async (_from: LogStream, data: Uint8Array) => {
      const rest = data.subarray(left);
      left -= data.length - rest.length;
      if (rest.length > 0) await take(Buffer.from(rest));
    };
    try {
      const args = ['cat', posix.join(logFolder, logNames[stream])];
      await container.run({ args, env: {}, cwd: '/', user: undefined, secretEnv: [] }, { printed });
    } finally {
      await container.release().catch(() => {});
    }
  };
}
