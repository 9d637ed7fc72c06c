/**
 * Several machines on one: daemons with networks of their own, joined by a bridge. All of it is in the network namespace of
 * the process that a test becomes, so that nothing of it is left when that ends, however it does.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Daemon, type DaemonKind } from './daemons.ts';
import { Missing } from './go-programs.ts';

type After = (end: () => Promise<void>) => void;

const mark = 'TARGETRY_TEST_NETWORK';
const network = '10.77.0';
const registryPort = 5000;
const closedPort = 5001;

/** Whether this process is the one in the network; else runs the test file there, and tells what it printed. */
export const isInside = process.env[mark] !== undefined;

export function runInside(file: string): { readonly isGood: boolean; readonly said: string } {
  const apart = ['--pdeathsig', 'KILL', '--', 'unshare', '--net', '--', process.execPath, '--test', file];
  const { status, stdout, stderr } = spawnSync('setpriv', apart, {
    env: { ...process.env, [mark]: '1', NODE_TEST_CONTEXT: undefined },
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { isGood: status === 0, said: stdout + stderr };
}

export function makeBridge(): void {
  ip(
    'link set lo up',
    'link add bridge type bridge',
    `addr add ${network}.1/24 dev bridge`,
    'link set bridge up',
  );
}

/** A machine with a daemon; the first is number 2. */
export async function startHost(number: number, kind: DaemonKind, after: After) {
  const daemon = await Daemon.start(kind, after, {
    isHost: true,
    listen: 'tcp://0.0.0.0:1234',
    settings: [registryPort, closedPort]
      .map((port) => `[registry."${network}.1:${port}"]\nhttp = true\n`)
      .join(''),
  });
  ip(`link add veth${number} type veth peer name eth0 netns ${daemon.pid}`);
  ip(`link set veth${number} master bridge up`);
  for (const words of [`addr add ${network}.${number}/24 dev eth0`, 'link set eth0 up']) {
    execFileSync('nsenter', ['-t', String(daemon.pid), '-n', 'ip', ...words.split(' ')]);
  }
  const address = `tcp://${network}.${number}:1234`;
  await answers(`${network}.${number}`, 1234);
  return { daemon, address };
}

/** The only one whom a registry knows that isn't open to all. */
export const login = { user: 'builder', password: 'open sesame' };

/** Debian's `docker-registry`, for all hosts; answers its name. */
export async function startRegistry(after: After, isOpen = true): Promise<string> {
  if (spawnSync('which', ['docker-registry']).status !== 0)
    throw new Missing('docker-registry is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'targetry-registry-'));
  const file = join(folder, 'config.yml');
  const port = isOpen ? registryPort : closedPort;
  const name = `${network}.1:${port}`;
  const passwords = join(folder, 'passwords');
  const hashed = 'print crypt($ARGV[0], q($2b$05$targetrytargetrytarget))';
  const hash = execFileSync('perl', ['-e', hashed, login.password], { encoding: 'utf8' });
  writeFileSync(passwords, `${login.user}:${hash}\n`);
  const lines = [
    'version: 0.1',
    'log: { level: error }',
    `storage: { filesystem: { rootdirectory: ${folder} } }`,
    `http: { addr: "${name}" }`,
    ...(isOpen ? [] : [`auth: { htpasswd: { realm: tests, path: ${passwords} } }`]),
  ];
  writeFileSync(file, lines.join('\n'));
  const args = ['--pdeathsig', 'KILL', '--', 'docker-registry', 'serve', file];
  const registry: ChildProcess = spawn('setpriv', args, { stdio: 'ignore' });
  after(async () => {
    registry.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await answers(`${network}.1`, port);
  return name;
}

function ip(...commands: readonly string[]): void {
  for (const words of commands) execFileSync('ip', words.split(' '));
}

async function answers(host: string, port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  const isThere = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await isThere())) {
    if (Date.now() > deadline) throw new Error(`nothing answers at ${host}:${port}`);
    await pause(20);
  }
}
