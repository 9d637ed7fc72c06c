/**
 * `moby.sshforward.v1.SSH`: an ssh agent of ours, which a step asks through the daemon. A step may see which keys there are and
 * have something signed; to whatever else it asks, such as to forget the keys, the answer is no. Each question has one, in order.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import type { Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { SolveRequest } from '../engine.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import { unary, type IncomingCall, type Methods } from './wire/grpc-server.ts';

type Agents = NonNullable<SolveRequest['agents']>;

/** Says which agent is missing, before anything runs. */
export function requireAgents(vertices: Iterable<Vertex>, { agents, steps }: SolveRequest): void {
  for (const { op, name, digest } of vertices) {
    for (const mount of op.type === 'exec' ? op.mounts : []) {
      if (mount.type !== 'ssh' || mount.optional || agents?.has(mount.id) === true) continue;
      const at = steps?.get(digest)?.at;
      throw new Failure(
        'ssh-agent-missing',
        `step ${name} needs the ssh agent ${mount.id}, which was not given`,
        { at },
      );
    }
  }
}

const service = '/moby.sshforward.v1.SSH';

export function agentMethods(agents: Agents): Methods {
  const socketOf = (id = ''): string => {
    const socket = agents.get(id);
    if (socket === undefined) throw new GrpcError(grpcCode.notFound, `this client has no ssh agent ${id}`);
    return socket;
  };
  const check = async (asked: Uint8Array) => {
    (await connected(socketOf(new ProtobufMessage(asked).string(1)))).destroy();
    return new Uint8Array();
  };
  return new Map([
    [`${service}/CheckAgent`, unary(check)],
    [`${service}/ForwardAgent`, (call) => forward(call, socketOf(call.metadata('buildkit.ssh.id')[0]))],
  ]);
}

async function connected(socket: string): Promise<Socket> {
  const agent = connect(socket);
  try {
    await once(agent, 'connect');
  } catch (cause) {
    throw new Failure('ssh-agent-missing', `no ssh agent answers at ${socket}`, {
      why: (cause as Error).message,
      cause,
    });
  }
  // One that waits for a person's yes may still do so when the build has ended.
  return agent.on('error', () => {}).unref();
}

async function forward(call: IncomingCall, socket: string): Promise<void> {
  const agent = await connected(socket);
  try {
    const answers = messagesIn(agent);
    for await (const question of messagesIn(piecesOf(call))) {
      let answer: Uint8Array = refusal;
      if (harmless.has(question[4]!)) {
        agent.write(question);
        const { value, done } = await answers.next();
        if (done === true) return;
        answer = value;
      }
      await call.write(new ProtobufWriter().bytes(1, answer).finish());
    }
  } finally {
    agent.destroy();
  }
}

/** By the numbers of the agents' protocol: to list the keys, and to sign. */
const harmless = new Set([11, 13]);

const refusal = Buffer.from([0, 0, 0, 1, 5]);

async function* piecesOf({ messages }: IncomingCall): AsyncGenerator<Uint8Array> {
  for await (const message of messages) yield new ProtobufMessage(message).bytes(1);
}

/** As long as agents take. */
const longest = 256 * 1024;

/** Each with the four bytes before it that tell its length. */
async function* messagesIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE();
      if (length === 0 || length > longest)
        throw new GrpcError(grpcCode.invalidArgument, `no ssh agent takes ${length} bytes`);
      if (rest.length < 4 + length) break;
      yield rest.subarray(0, 4 + length);
      rest = rest.subarray(4 + length);
    }
  }
}
