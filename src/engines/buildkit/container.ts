/** Commands of the client's own on the daemon: in a container of states that a build has, also of those that a failed step left. */
import { randomUUID } from 'node:crypto';
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import type { ExecOp, Mount, Platform } from '../../graph/graph.ts';
import { writeMount } from '../../graph/marshal.ts';
import type { Gateway } from './gateway.ts';
import type { GrpcCall } from './wire/grpc-client.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';

export interface ContainerMount {
  readonly mount: Mount;
  /** What the daemon calls the state that is mounted; undefined where none is. */
  readonly state: string | undefined;
}

export interface ContainerOptions {
  readonly mounts: readonly ContainerMount[];
  readonly platform: Platform | undefined;
  readonly network: ExecOp['network'];
}

export type ContainerCommand = Pick<ExecOp, 'args' | 'env' | 'cwd' | 'user' | 'secretEnv'>;

export interface CommandStreams {
  readonly printed: (stream: 'stdout' | 'stderr', data: Uint8Array) => Promise<void> | void;
  /** A person's, where the command is to have one. */
  readonly terminal?: CommandTerminal | undefined;
}

export interface CommandTerminal {
  readonly typed: AsyncIterable<Uint8Array>;
  /** Told at once, and whenever it changes. */
  readonly onSize: (tell: (rows: number, columns: number) => void) => void;
}

const networks: Record<ExecOp['network'], number> = { sandbox: 0, none: 2 };

export class BuildContainer {
  readonly #gateway: Gateway;
  readonly #id = randomUUID().replaceAll('-', '');

  private constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  static async open(gateway: Gateway, { mounts, platform, network }: ContainerOptions) {
    const container = new BuildContainer(gateway);
    const request = new ProtobufWriter().string(1, container.#id);
    for (const { mount, state } of mounts) {
      request.message(2, (inner) => {
        writeMount(inner, mount);
        inner.string(23, state);
      });
    }
    request.integer(3, networks[network]);
    if (platform !== undefined) {
      const { architecture, os, variant } = platform;
      request.message(4, (inner) => inner.string(1, architecture).string(2, os).string(3, variant));
    }
    await gateway.call('NewContainer', request);
    return container;
  }

  /** Tells the exit code. Throws what kept the daemon from running it. */
  async run(command: ContainerCommand, streams: CommandStreams): Promise<number> {
    const call = this.#gateway.open('ExecProcess');
    try {
      await call.write(startMessage(this.#id, command, streams));
      if (streams.terminal !== undefined) connectTerminal(call, streams.terminal);
      return await follow(call, streams);
    } finally {
      call.cancel();
    }
  }

  async release(): Promise<void> {
    await this.#gateway.call('ReleaseContainer', new ProtobufWriter().string(1, this.#id));
  }
}

/** One stream may carry several processes; ours has one. */
const process = '1';

function startMessage(
  container: string,
  command: ContainerCommand,
  { terminal }: CommandStreams,
): Uint8Array {
  const { args, env, cwd, user, secretEnv } = command;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const descriptors = terminal === undefined ? [1, 2] : [0, 1, 2];
  return new ProtobufWriter()
    .string(1, process)
    .message(2, (start) => {
      start
        .string(1, container)
        .message(2, (meta) => meta.strings(1, args).strings(2, variables).string(3, cwd).string(4, user));
      for (const descriptor of descriptors) start.present(3, descriptor);
      start.bool(4, terminal !== undefined);
      for (const { id, name, optional } of secretEnv) {
        start.message(6, (secret) => secret.string(1, id).string(2, name).bool(3, optional));
      }
    })
    .finish();
}

async function follow(call: GrpcCall, { printed }: CommandStreams): Promise<number> {
  let code: number | undefined;
  for await (const bytes of call.messages()) {
    const message = new ProtobufMessage(bytes);
    const file = message.message(3);
    if (file !== undefined) {
      const data = file.bytes(3);
      if (data.length > 0) await printed(file.integer(1) === 2 ? 'stderr' : 'stdout', data);
    }
    code = exitCodeOf(message.message(6)) ?? code;
    if (message.has(7)) break;
  }
  if (code === undefined) throw new GrpcError(grpcCode.internal, 'a command ended without an exit code');
  return code;
}

/** What the daemon says where a program did not end by itself. */
const unknownExit = 255;

function exitCodeOf(exit: ProtobufMessage | undefined): number | undefined {
  if (exit === undefined) return undefined;
  const code = exit.integer(1);
  const message = exit.message(2)?.string(2) ?? '';
  if (code !== unknownExit || message === '' || /exit code: 255\b/.test(message)) return code;
  throw new GrpcError(grpcCode.unknown, message);
}

function connectTerminal(call: GrpcCall, { typed, onSize }: CommandTerminal): void {
  const send = (field: number, write: (inner: ProtobufWriter) => void) =>
    call.write(new ProtobufWriter().string(1, process).message(field, write).finish());
  onSize((rows, columns) => {
    // A command that has ended needs no size.
    send(4, (size) => size.integer(1, rows).integer(2, columns)).catch(() => {});
  });
  const pass = async () => {
    for await (const data of typed) await send(3, (file) => file.bytes(3, data));
    await send(3, (file) => file.bool(2, true));
  };
  pass().catch(() => {});
}
