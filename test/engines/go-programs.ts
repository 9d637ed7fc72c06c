/**
 * Programs of BuildKit, built from the Go module proxy by their package's name: once for each checkout, and from Go's own
 * cache where another checkout has built them. A module is built in its own folder, so with the versions that its authors
 * chose and the sums that they signed.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const kept = fileURLToPath(new URL('../../daemons/', import.meta.url));

export const newestVersion = '0.34.2';
export const olderVersion = '0.12.5';

/** Why a program can't be had here: for the line that a skipped test prints. */
export class Missing extends Error {}

/** The path of `buildkitd` or `buildctl`. Throws `Missing`. */
export function buildkitProgram(
  name: 'buildkitd' | 'buildctl',
  version: string,
  compiled?: Compiled,
): Promise<string> {
  return goProgram('github.com/moby/buildkit', name, version, compiled);
}

/** The path of a program of a module. Throws `Missing`. */
export async function goProgram(
  module: string,
  name: string,
  version: string,
  compiled: Compiled = 'quickly',
): Promise<string> {
  const folder = join(kept, compiled === 'quickly' ? version : `${version}-${compiled}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const source = await moduleFolder('go', `${module}@v${version}`);
  const go = await goFor(source);
  const making = join(folder, `${name}.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const build = [go, 'build', '-mod=readonly', ...goFlags[compiled], '-o', making, `./cmd/${name}`];
  try {
    // Who comes while another builds it waits, and has it then.
    const once = 'made=$1 making=$2; shift 2; [ -e "$made" ] || { "$@"; mv "$making" "$made"; }';
    const args = [join(kept, 'lock'), 'sh', '-euc', once, 'sh', program, making, ...build];
    const env = { ...goEnvironment, GOGC: '400' };
    await run('flock', args, { cwd: source, env, maxBuffer: 1 << 26 });
  } catch (error) {
    rmSync(making, { force: true });
    throw new Missing(`${name} ${version} can't be built: ${lastLine(error)}`);
  }
  return program;
}

/**
 * Go's compiler takes a third less time where it optimizes nothing: the daemons of tests have little to compute. What is
 * measured is as others have it. Programs of the same modules have what was compiled in common where both words and
 * environment are the same.
 */
export const goFlags = {
  quickly: ['-trimpath', '-gcflags=all=-N -l -dwarf=false', '-ldflags=-s -w'],
  optimized: ['-trimpath', '-ldflags=-s -w'],
} as const;
export type Compiled = keyof typeof goFlags;

export const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'auto' };

async function moduleFolder(go: string, module: string): Promise<string> {
  try {
    const { stdout } = await run(go, ['mod', 'download', '-json', module], { env: goEnvironment });
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Missing('go is not installed');
    throw new Missing(`${module} can't be had: ${lastLine(error)}`);
  }
}

/** From 1.21 on, Go gets the Go that a module asks for; before, it has to be got like any module. */
async function goFor(source: string): Promise<string> {
  const wanted = /^go (\S+)$/m.exec(readFileSync(join(source, 'go.mod'), 'utf8'))![1]!;
  const { stdout } = await run('go', ['version'], { env: goEnvironment });
  if (Number(/go1\.(\d+)/.exec(stdout)![1]) >= 21 || !/\.\d+\./.test(wanted)) return 'go';
  const cpu = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const folder = await moduleFolder('go', `golang.org/toolchain@v0.0.1-go${wanted}.linux-${cpu}`);
  makeRunnable(join(folder, 'bin'));
  makeRunnable(join(folder, `pkg/tool/linux_${cpu}`));
  return join(folder, 'bin/go');
}

function makeRunnable(folder: string): void {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr ?? message).trim().split('\n').at(-1)!.trim();
}
