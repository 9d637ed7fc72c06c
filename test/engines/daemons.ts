/**
 * Real daemons for the time of a test: BuildKit's newest and an older one, and Docker with the BuildKit that it has built in.
 *
 * Nothing may be left of one, however its test ends. So it is process 1 of a pid namespace, in a mount namespace of its own:
 * when it dies, the kernel ends every step and mount with it. It dies when it is stopped, and with the thread that started
 * it, also where that was killed. What then is left are its files and empty cgroups; the next daemon of any test clears them.
 */
import { once } from 'node:events';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:http';
import { connect as dial } from 'node:net';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { noScene } from '../engine-scene.ts';
import { buildkitProgram, Missing, newestVersion, olderVersion, type Compiled } from './go-programs.ts';

export const daemonKinds = ['newest', 'older', 'docker'] as const;
export type DaemonKind = (typeof daemonKinds)[number];

export interface DaemonOptions {
  /** Besides its socket: `tcp://0.0.0.0:1234`. Not for Docker. */
  readonly listen?: string;
  /** In a network of its own, which has nothing but its loopback yet. Docker always is. */
  readonly isHost?: boolean;
  /** What the daemon's file says besides. Not for Docker. */
  readonly settings?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it keeps is on a disk that writes a hundred times more slowly than others. Not for Docker. */
  readonly hasSlowDisk?: boolean;
  /** Not for Docker, which is Debian's. */
  readonly compiled?: Compiled;
}

const prefix = 'targetry-daemon-';

/**
 * Where daemons keep what they have: in memory, where a machine has plenty, as much of a build's time is theirs to wait for a
 * disk, and ours to clear it. What is mounted of it in a step must be able to do all that it can on a disk.
 */
const memory = '/dev/shm';
/** What tests make elsewhere may be in memory too. */
const disk = '/var/tmp';
const plenty = 8 * 2 ** 30;

function placeOfDaemons(): string {
  const [, options] = / \/dev\/shm (\S+) /.exec(readFileSync('/proc/self/mountinfo', 'utf8')) ?? [];
  if (options === undefined || /noexec|nosuid|nodev|\bro\b/.test(options)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return Math.min(freemem(), bavail * bsize) < plenty ? disk : memory;
}

export class Daemon {
  readonly kind: DaemonKind;
  /** All that it keeps. */
  readonly folder: string;
  readonly #options: DaemonOptions;
  readonly #command: readonly string[];
  #process: ChildProcess | undefined;
  #ended: Promise<unknown> | undefined;

  private constructor(kind: DaemonKind, folder: string, command: readonly string[], options: DaemonOptions) {
    this.kind = kind;
    this.folder = folder;
    this.#command = command;
    this.#options = options;
  }

  /** Throws `Missing` where this machine has not what it takes. */
  static async start(
    kind: DaemonKind,
    after: (stop: () => Promise<void>) => void,
    options: DaemonOptions = {},
  ): Promise<Daemon> {
    refuseWhereItCannot(kind);
    if (options.hasSlowDisk === true && !throttles.some((path) => existsSync(path)))
      throw new Missing('the kernel has no cgroups that make a disk slow');
    clearDeadOnes();
    const program =
      kind === 'docker' ? 'dockerd' : await buildkitProgram('buildkitd', versions[kind], options.compiled);
    const place = options.hasSlowDisk === true ? disk : placeOfDaemons();
    const folder = mkdtempSync(join(place, `${prefix}${process.pid}-`));
    const command = kind === 'docker' ? dockerCommand(folder) : buildkitCommand(program, folder, options);
    const daemon = new Daemon(kind, folder, command, options);
    after(() => daemon.remove());
    await daemon.start();
    return daemon;
  }

  get socket(): string {
    return join(this.folder, 'socket');
  }

  get address(): string {
    return this.kind === 'docker' ? `docker://${this.socket}` : `unix://${this.socket}`;
  }

  /** As people say it, for tables. */
  get name(): string {
    return this.kind === 'docker' ? 'docker' : `buildkitd ${versions[this.kind]}`;
  }

  /** The process that everything of the daemon ends with. */
  get pid(): number {
    const { pid } = this.#process!;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  }

  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Again, on what the one before has left. */
  async start(): Promise<void> {
    // Where every daemon is process 1, the one before seems to be alive.
    for (const name of ['socket', 'pid', 'exec'])
      rmSync(join(this.folder, name), { force: true, recursive: true });
    const log = join(this.folder, 'log');
    const [program, ...args] = this.#command;
    const started = spawn(program!, args, {
      env: { PATH: process.env['PATH'], HOME: this.folder, ...this.#options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (data: Buffer) => writeFileSync(log, data, { flag: 'a' }));
    }
    let over = false;
    this.#process = started;
    this.#ended = once(started, 'close').then(() => (over = true));
    const deadline = Date.now() + 60_000;
    const answers = this.kind === 'docker' ? answersDocker : answersBuildkit;
    while (!(await answers(this.socket))) {
      if (over) throw new Error(`${this.name} ended at once: ${this.log}`);
      if (Date.now() > deadline) throw new Error(`${this.name} does not answer: ${this.log}`);
      await pause(20);
    }
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    if (this.#process?.exitCode !== null || this.#process.signalCode !== null) return;
    // Not `unshare`, which would end before what it started.
    process.kill(this.pid, 'SIGKILL');
    await this.#ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    removeRemains(this.folder);
  }
}

type Possible<Made> =
  | { readonly made: Made; readonly skip: false }
  | { readonly made: undefined; readonly skip: string };

/** What tests take of daemons and programs, or why this machine can't have it. */
export async function unlessMissing<Made>(make: () => Promise<Made>): Promise<Possible<Made>> {
  try {
    return { made: await make(), skip: false };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { made: undefined, skip: error.message };
  }
}

/** The same for one test, which is skipped where it can't be had. */
export async function orSkip<Made>(t: TestContext, make: () => Promise<Made>): Promise<Made | undefined> {
  const { made, skip } = await unlessMissing(make);
  if (skip !== false) t.skip(skip);
  return made;
}

export function daemonFor(
  t: TestContext,
  kind: DaemonKind,
  options?: DaemonOptions,
): Promise<Daemon | undefined> {
  return orSkip(t, () => Daemon.start(kind, (stop) => t.after(stop), options));
}

/** For all tests of a file, which build scenes on it. */
export function daemonOfFile(kind: DaemonKind, options?: DaemonOptions): Promise<Possible<Daemon>> {
  return unlessMissing(() => {
    if (noScene !== undefined) throw new Missing(noScene);
    return Daemon.start(kind, after, options);
  });
}

/** Of cgroups of version 1, and of those of version 2. */
const throttles = [
  '/sys/fs/cgroup/blkio/blkio.throttle.write_iops_device',
  '/sys/fs/cgroup/cgroup.controllers',
];

const versions = { newest: newestVersion, older: olderVersion };

function buildkitCommand(
  program: string,
  folder: string,
  { listen, isHost, settings = '', hasSlowDisk }: DaemonOptions,
): string[] {
  const addresses = [`unix://${join(folder, 'socket')}`, ...(listen === undefined ? [] : [listen])];
  const file = join(folder, 'buildkitd.toml');
  writeFileSync(
    file,
    `root = "${folder}/data"
[grpc]
address = ${JSON.stringify(addresses)}
[worker.containerd]
enabled = false
[worker.oci]
enabled = true
snapshotter = "overlayfs"
gc = false
defaultCgroupParent = "${cgroupOf(folder)}"
${settings}`,
  );
  const disk = hasSlowDisk === true ? onSlowDisk(folder) : [];
  return [...apart, ...(isHost === true ? ownNetwork : []), ...disk, program, '--config', file];
}

/**
 * A file as a disk, of which the kernel lets the daemon write twenty pieces a second. Mounted in the daemon's namespace alone, so
 * that it goes with it.
 */
function onSlowDisk(folder: string): string[] {
  const script = `set -e; PATH=$PATH:/sbin:/usr/sbin
cd ${folder}; mkdir data; truncate -s 2G disk; mkfs.ext4 -q -F -O ^has_journal disk; mount -o loop disk data
disk=$(mountpoint -d data); cd /sys/fs/cgroup
if [ -e blkio/blkio.throttle.write_iops_device ]
then mkdir -p blkio/${cgroupOf(folder)}; cd blkio/${cgroupOf(folder)}; echo "$disk 20" >blkio.throttle.write_iops_device
else echo +io >cgroup.subtree_control; mkdir -p ${cgroupOf(folder)}; cd ${cgroupOf(folder)}
echo +io >cgroup.subtree_control; mkdir daemon; cd daemon; echo "$disk wiops=20" >io.max
fi
echo $$ >cgroup.procs; cd /; exec "$0" "$@"`;
  return ['sh', '-c', script];
}

/** In a network of its own: its bridge and its rules are none of this machine's business. */
function dockerCommand(folder: string): string[] {
  const options = Object.entries({
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'pid'),
    host: `unix://${join(folder, 'socket')}`,
    iptables: false,
    'userland-proxy': false,
    'cgroup-parent': `/${cgroupOf(folder)}`,
  }).map(([name, value]) => `--${name}=${value}`);
  return [...apart, ...ownNetwork, 'dockerd', ...options];
}

/** `setpriv` ends with who started it, `unshare` with `setpriv`, and all else with the child of `unshare`. */
const apart = 'setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --mount-proc --'.split(
  ' ',
);

const ownNetwork = ['unshare', '--net', 'sh', '-c', 'ip link set lo up; exec "$0" "$@"'];

function refuseWhereItCannot(kind: DaemonKind): void {
  if (process.platform !== 'linux') throw new Missing('daemons need Linux');
  if (process.getuid!() !== 0) throw new Missing('only root starts daemons');
  const programs = [
    'setpriv',
    'unshare',
    'runc',
    ...(kind === 'docker' ? ['dockerd', 'containerd', 'ip'] : []),
  ];
  for (const program of programs) {
    if (spawnSync('which', [program]).status !== 0) throw new Missing(`${program} is not installed`);
  }
}

function answersDocker(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: socket, path: '/_ping' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('error', () => resolve(false)).end();
  });
}

/** It does once it has said its settings. */
function answersBuildkit(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect('http://buildkit', { createConnection: () => dial(socket) });
    const answer = (yes: boolean) => () => {
      session.destroy();
      resolve(yes);
    };
    session.once('remoteSettings', answer(true)).once('error', answer(false)).once('close', answer(false));
  });
}

function cgroupOf(folder: string): string {
  return folder.slice(folder.indexOf(prefix));
}

/** Of tests that were killed. */
function clearDeadOnes(): void {
  for (const place of [tmpdir(), memory, disk].filter((one) => existsSync(one))) {
    for (const name of readdirSync(place)) {
      const pid = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : undefined;
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      try {
        removeRemains(join(place, name));
      } catch {
        // Another test clears it too.
      }
    }
  }
}

function removeRemains(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const hierarchies = ['/sys/fs/cgroup', ...subfolders('/sys/fs/cgroup')];
  for (const hierarchy of hierarchies) removeCgroup(join(hierarchy, cgroupOf(folder)));
}

/** The files in it are the kernel's; only folders can be removed, the deepest first. */
function removeCgroup(folder: string): void {
  if (!existsSync(folder)) return;
  for (const child of subfolders(folder)) removeCgroup(child);
  rmdirSync(folder);
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
