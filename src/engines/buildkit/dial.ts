import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request, type ClientRequest, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { connect as connectNet, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Failure } from '../../report/failure.ts';
import { showAddress, type Address, type DockerAddress } from './address.ts';
import { GrpcClient } from './wire/grpc-client.ts';

export interface DialOptions {
  /** A folder with `ca.pem`, by which the daemon is known, and `cert.pem` and `key.pem`, by which it knows us. */
  readonly tls?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** How long a daemon may take to answer at all. */
const patience = 10_000;

export interface Connection extends DialOptions {
  readonly address: Address;
}

/** Throws `Failure` where no daemon answers. */
export async function connectTo({ address, ...options }: Connection): Promise<GrpcClient> {
  const socket = await dial(address, options);
  const { signal } = options;
  const late = new AbortController();
  const mute = new Error(`what listens there says nothing within ${patience / 1000} s`);
  const timer = setTimeout(() => late.abort(mute), patience);
  try {
    return await GrpcClient.on(socket, 'buildkit', AbortSignal.any([signal, late.signal]));
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw unreachable(address, error as Error);
  } finally {
    clearTimeout(timer);
  }
}

/** An open connection to the daemon's gRPC. Throws `Failure` where nobody answers. */
async function dial(address: Address, options: DialOptions): Promise<Duplex> {
  try {
    switch (address.kind) {
      case 'unix':
      case 'tcp':
        return await open(address, options);
      case 'docker':
        return await upgrade(address.engine, { path: '/grpc', upgrade: 'h2c' }, options);
      case 'docker-container':
        return await intoContainer(address, options);
      case 'program':
        return throughProgram(address, options);
    }
    return address satisfies never;
  } catch (error) {
    if (error instanceof Failure) throw error;
    options.signal.throwIfAborted();
    throw unreachable(address, error as NodeJS.ErrnoException);
  }
}

/** Milliseconds after which a machine that says nothing is asked whether it is still there. */
const silence = 10_000;

function open(address: DockerAddress, { tls, signal }: DialOptions): Promise<Socket> {
  const socket =
    address.kind === 'unix'
      ? connectNet({ path: address.path })
      : tls === undefined
        ? connectNet({ host: address.host, port: address.port })
        : connectTls({
            host: address.host,
            port: address.port,
            // A name; addresses are checked as they are.
            ...(isIP(address.host) === 0 && { servername: address.host }),
            ALPNProtocols: ['h2'],
            ...secretsIn(tls),
          });
  const ready = address.kind === 'tcp' && tls !== undefined ? 'secureConnect' : 'connect';
  return new Promise((resolve, reject) => {
    const give = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const stop = () => give(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(() => give(new Error(`no answer within ${patience / 1000} s`)), patience);
    socket.once('error', give);
    socket.once(ready, () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.off('error', give);
      socket.setNoDelay(true);
      // A machine that lost its power says no goodbye: the kernel asks, and has ten seconds for an answer.
      if (address.kind === 'tcp') socket.setKeepAlive(true, silence);
      resolve(socket);
    });
  });
}

interface Upgrade {
  readonly path: string;
  readonly upgrade: string;
  readonly body?: object;
}

/** One request to Docker's API, after which the connection is ours. */
function upgrade(
  engine: DockerAddress,
  { path, upgrade: to, body }: Upgrade,
  options: DialOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const asked = requestTo(
      engine,
      options,
    )({
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: to,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      },
    });
    asked.once('upgrade', (_response, socket, head) => {
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.once('response', (response) => {
      response.resume();
      reject(new Error(`Docker's engine answered ${response.statusCode} to ${path}`));
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${patience / 1000} s`)));
    asked.once('error', reject);
    asked.end(text);
  });
}

async function ask(
  engine: DockerAddress,
  path: string,
  body: object,
  options: DialOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const asked = requestTo(engine, options)({ path, headers });
    asked.once('response', (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
      response.once('end', () => {
        if (response.statusCode === 201) resolve(JSON.parse(answer));
        else reject(new Error(`Docker's engine answered ${response.statusCode}: ${answer.trim()}`));
      });
    });
    asked.once('error', reject);
    asked.end(text);
  });
}

/** Docker's engine asks for certificates where its clients are told to verify its own. */
function requestTo(engine: DockerAddress, { signal, tls }: DialOptions) {
  return (rest: RequestOptions): ClientRequest => {
    const asked = { ...rest, method: 'POST', signal, timeout: patience };
    if (engine.kind === 'unix') return request({ ...asked, socketPath: engine.path });
    const { host, port } = engine;
    if (tls === undefined) return request({ ...asked, host, port });
    return requestSecure({ ...asked, host, port, ...secretsIn(tls) });
  };
}

function secretsIn(folder: string) {
  const read = (name: string) => {
    const path = join(folder, `${name}.pem`);
    return existsSync(path) ? { [name]: readFileSync(path) } : {};
  };
  return { ...read('ca'), ...read('cert'), ...read('key') };
}

type ContainerAddress = Extract<Address, { kind: 'docker-container' }>;

/** What `docker exec -i NAME buildctl dial-stdio` does, without docker. */
async function intoContainer({ container, engine }: ContainerAddress, options: DialOptions): Promise<Duplex> {
  const what = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Cmd: ['buildctl', 'dial-stdio'] };
  const path = `/containers/${encodeURIComponent(container)}/exec`;
  const { Id: id } = (await ask(engine, path, what, options)) as { readonly Id: string };
  const body = { Detach: false, Tty: false };
  return framedAsOneStream(
    await upgrade(engine, { path: `/exec/${id}/start`, upgrade: 'tcp', body }, options),
  );
}

/** Docker sends both outputs of a program as pieces with a head of eight bytes; what we send has none. */
function framedAsOneStream(socket: Socket): Duplex {
  let waiting: Buffer = Buffer.alloc(0);
  let left = 0;
  let isOutput = false;
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      if (left === 0) {
        if (waiting.length < 8) return;
        isOutput = waiting[0] === 1;
        left = waiting.readUInt32BE(4);
        waiting = waiting.subarray(8);
      }
      if (waiting.length === 0) return;
      const piece = waiting.subarray(0, left);
      waiting = waiting.subarray(piece.length);
      left -= piece.length;
      if (isOutput && !stream.push(piece)) socket.pause();
    }
  });
  socket.once('end', () => stream.push(null));
  socket.once('error', (error) => stream.destroy(error));
  socket.once('close', () => stream.destroy());
  return stream;
}

function throughProgram(
  { program, args }: Extract<Address, { kind: 'program' }>,
  { env, signal }: DialOptions,
): Duplex {
  const child = spawn(program, args, { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (said = (said + piece).slice(-2000)));
  const stream = new Duplex({
    read: () => child.stdout.resume(),
    // One that doesn't listen any more ends, and says why.
    write: (chunk: Buffer, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.once('error', (error) => stream.destroy(error));
  child.once('close', (code) => {
    if (code === 0) stream.push(null);
    else stream.destroy(new Error(said.trim() === '' ? `${program} ended with ${code}` : said.trim()));
  });
  return stream;
}

/** How it looks from here, and what would help. */
function unreachable(address: Address, error: NodeJS.ErrnoException): Failure {
  const where = showAddress(address);
  return new Failure('buildkit-unreachable', `no BuildKit daemon answers at ${where}`, {
    why: reasonOf(error),
    hint: address.kind === 'docker' ? 'start Docker, or set DOCKER_HOST to where it is' : undefined,
    cause: error,
  });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return error.syscall?.startsWith('spawn') === true
        ? `the program ${error.path} is not installed`
        : 'there is no such socket';
    case 'EACCES':
      return 'this user may not open the socket';
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case undefined:
    default:
      return error.message;
  }
}
