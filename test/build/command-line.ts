/** Drives the real command line, the way a user does: a folder with files, a command, what it answers. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program } from '../program.ts';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** One store for all tests of this clone, so that packages come down once. */
export const testStore = join(repository, 'build', 'test-store');

export interface Answer {
  /** An exit code, or the signal's name. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own: the hello example, with some files written anew. Gone when the test ends. */
export function helloProject(t: TestContext, files: Record<string, string> = {}): string {
  const folder = exampleProject(t, 'hello');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The same with the lock of the repository: for tests to which it doesn't matter who locked what, as to solve takes longer than to build. */
export function lockedProject(t: TestContext, files: Record<string, string> = {}): string {
  return helloProject(t, { 'targetry.lock': exampleFile('targetry.lock'), ...files });
}

/** An example in a folder of its own, as if it was never locked or built. */
export function exampleProject(t: TestContext, example: string): string {
  const folder = mkdtempSync(join(tmpdir(), `targetry-${example}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const made = ['dist', 'targetry.lock'];
  cpSync(join(repository, 'examples', example), folder, {
    recursive: true,
    filter: (path) => !made.includes(basename(path)),
  });
  return folder;
}

export function exampleFile(name: string): string {
  return readFileSync(join(repository, 'examples/hello', name), 'utf8');
}

/** Why the example can't be built on this machine at all: no mirror, or a kernel that forbids it. */
export async function whyNoBuilds(): Promise<string | false> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-try-'));
  try {
    cpSync(join(repository, 'examples/hello'), folder, { recursive: true });
    rmSync(join(folder, 'dist'), { recursive: true, force: true });
    const answer = await targetry(['build', '--progress', 'quiet'], { cwd: folder });
    return answer.exit === 3 && `builds can't run here: ${answer.stderr.split('\n')[0]}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface RunOptions {
  readonly cwd: string;
  readonly store?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything printed so far; may send a signal. */
  readonly watch?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Sends a signal after a while. */
  readonly after?: { readonly milliseconds: number; readonly signal: NodeJS.Signals };
}

/** For another program that starts ours: as words for a shell, of which none needs quotes. */
export function programArguments(args: readonly string[]): {
  command: string;
  env: Record<string, string | undefined>;
} {
  return { command: [process.execPath, program, ...args].join(' '), env: variables({}) };
}

function variables({ store, env }: Pick<RunOptions, 'store' | 'env'>): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
    TARGETRY_STORE: store ?? testStore,
    ...env,
  };
}

export function targetry(args: readonly string[], options: RunOptions): Promise<Answer> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: variables(options),
  });
  let stdout = '';
  let stderr = '';
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  const { after } = options;
  const timer = after && setTimeout(() => kill(after.signal), after.milliseconds);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.watch?.(stdout + stderr, kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.watch?.(stdout + stderr, kill);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ exit: code ?? signal!, stdout, stderr });
    });
  });
}

/** What differs from run to run and from machine to machine, by a word that doesn't. */
export function steady(text: string, folder: string): string {
  return text
    .replaceAll(folder, 'PROJECT')
    .replaceAll(join(repository, 'docs/errors'), 'docs/errors')
    .replaceAll(testStore, 'STORE')
    .replaceAll(/\b(\d+m )?\d+(\.\d+)?m?s\b/g, 'TIME')
    .replaceAll(/\b\d+ that were read\b/g, 'N that were read')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'HASH')
    .replaceAll(/^(\d+ targets? in TIME), .*steps? .*$/gm, '$1, STEPS')
    .replaceAll(/[ \t]+$/gm, '');
}

/** What was said at the end, after the progress. */
export function errorOf(stderr: string): string {
  return stderr.slice(stderr.search(/^error/m));
}

/** Processes of this machine that were started with exactly these words. */
export function processesWith(words: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() === words;
      } catch {
        return false;
      }
    });
}
