/** xz, by the system's XZ Utils where there are some and it is worth a process, else by WebAssembly in this thread. */
import { spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { FormatError } from './format-error.ts';
import { peek } from './peek.ts';
import { decompressXzByWasm } from './xz-wasm.ts';

/** Up to this size the WebAssembly is done before a process has started. */
const SMALL = 128 * 1024;

/** More than any preset needs, and less than a hostile dictionary size can ask for. */
const ARGUMENTS = ['--decompress', '--stdout', '--memlimit-decompress=256MiB'];

/** From the terminal: Ctrl-C ends all that it started, and an xz that is ended looks like a damaged file. */
const apart = { detached: true };

let systemXz: string | undefined;

/** Undefined where there are none. BusyBox has an `xz` too, of another command line and no faster than WebAssembly. */
function findSystemXz(): string | undefined {
  if (systemXz === undefined) {
    const command = ['/usr/bin/xz', '/bin/xz'].find((path) => existsSync(path)) ?? 'xz';
    const isXzUtils =
      spawnSync(command, ['--version'], { encoding: 'utf8', ...apart }).stdout?.includes('XZ Utils') ?? false;
    systemXz = isXzUtils ? command : '';
  }
  return systemXz === '' ? undefined : systemXz;
}

export async function* decompressXz(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const { whole, isAll } = await peek(bytes, SMALL);
  yield* isAll || findSystemXz() === undefined ? decompressXzByWasm(whole) : decompressXzByProcess(whole);
}

/**
 * For threads that have nothing else to do: the thread waits for the process, which goes from one file to another. A
 * process at the other end of two pipes costs the thread more than twice the time that the process itself takes.
 * `scratch` is a free path; the two files beside it lose their names at once. The kernel ends the process when it has
 * written `most` bytes, for whatever hides in an archive must not fill a disk before it is looked at.
 */
export async function* decompressXzThroughFiles(
  bytes: AsyncIterable<Uint8Array>,
  scratch: string,
  most: number,
): AsyncGenerator<Uint8Array, void, void> {
  const { whole, isAll } = await peek(bytes, SMALL);
  const command = isAll ? undefined : findSystemXz();
  if (command === undefined) {
    yield* decompressXzByWasm(whole);
    return;
  }
  const [packed, unpacked] = [openUnnamed(`${scratch}.xz`), openUnnamed(`${scratch}.out`)];
  try {
    let size = 0;
    for await (const chunk of whole) {
      for (let at = 0; at < chunk.length;) at += writeSync(packed, chunk, at, chunk.length - at, size + at);
      size += chunk.length;
    }
    // In blocks of 512 bytes; holes, which xz leaves in place of zeros, would not count.
    const script = 'ulimit -f "$1" && shift && LC_ALL=C && export LC_ALL && exec "$@"';
    const limited = ['-c', script, 'sh', String(Math.ceil(most / 512))];
    const words = [...limited, command, ...ARGUMENTS, '--no-sparse'];
    const stdio: StdioOptions = [packed, unpacked, 'pipe'];
    const { status, signal, stderr, error } = spawnSync('sh', words, { stdio, ...apart });
    if (error !== undefined) throw error;
    if (signal === 'SIGXFSZ') throw new FormatError('xz', `it unpacks to more than ${most} bytes`);
    if (status !== 0) throw unpackError(explain(stderr.toString()));
    for (let at = 0; ;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const read = readSync(unpacked, chunk, 0, CHUNK, at);
      if (read === 0) break;
      at += read;
      yield chunk.subarray(0, read);
    }
  } finally {
    closeSync(packed);
    closeSync(unpacked);
  }
}

const CHUNK = 256 * 1024;

/** The position stays at the start, whatever is written at other places: it is where the process reads from. */
function openUnnamed(path: string): number {
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return file;
}

/** The process has a full disk to tell of in words alone. */
function unpackError(message: string): Error {
  if (!/no space left/i.test(message)) return new FormatError('xz', message);
  return Object.assign(new Error(message), { code: 'ENOSPC' });
}

function explain(stderr: string): string {
  return stderr.trim().replace(/^.*?\(stdin\): /, '') || 'not readable';
}

export async function* decompressXzByProcess(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const child = spawn(findSystemXz() ?? 'xz', ARGUMENTS, { stdio: ['pipe', 'pipe', 'pipe'], ...apart });
  const exited = once(child, 'close') as Promise<[number | null]>;
  exited.catch(() => {});
  let sourceError: unknown;
  let message = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (message += message.length < 4096 ? text : ''));
  // Where xz stops early its own message is the better one.
  const feeding = new Promise<void>((resolve) => {
    pipeline(bytes, child.stdin, (error) => {
      if (error !== null && error !== undefined && error.code !== 'EPIPE') {
        sourceError = error;
      }
      resolve();
    });
  });
  let finished = false;
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const [status] = await exited;
    await feeding;
    finished = true;
    if (sourceError !== undefined) throw sourceError;
    if (status !== 0) throw new FormatError('xz', explain(message));
  } finally {
    if (!finished) {
      child.kill('SIGKILL');
      child.stdin.destroy();
      await exited.catch(() => {});
      // Until then it may be reading from `bytes`, which whoever left goes on with.
      await feeding;
    }
  }
}
