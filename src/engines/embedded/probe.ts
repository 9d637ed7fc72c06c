/**
 * Why the sandbox can't be made here, found by making each part of it by itself. Nothing of this runs while a build
 * goes well: the engine asks after a refusal, and `targetry doctor` before there is one.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Code } from '../../report/codes.ts';
import { Failure } from '../../report/failure.ts';
import { removeTree, type Store } from '../../store/store.ts';
import { kernelIsBefore, kernelRelease } from './kernel.ts';
import type { Refused } from './refused.ts';
import type { Tools } from './tools.ts';

export type PartName =
  | 'unshare'
  | 'user namespace'
  | 'mounts in a user namespace'
  | 'overlay on the store'
  | 'proc'
  | 'other namespaces';

interface Part {
  readonly name: PartName;
  readonly code: Code;
  readonly message: string;
  /** A script for the tools; `$1` is an empty folder in the store. */
  readonly script: (tools: Tools) => string;
  readonly explain: (said: string, tools: Tools, folder: string) => Explanation;
  /** Steps run without it, if not as well. */
  readonly spared?: boolean;
}

interface Explanation {
  readonly why: string;
  readonly hint: string;
}

/** From the ground up: each needs those before it. */
const parts: readonly Part[] = [
  {
    name: 'unshare',
    code: 'engine-tool-missing',
    message: 'the `unshare` of this machine is not the one of util-linux',
    script: ({ unshare, setpriv }) =>
      `${unshare} --help 2>&1 | grep -q kill-child && ${setpriv} --help 2>&1 | grep -q pdeathsig`,
    explain: (_said, { unshare }) => ({
      why: `${unshare} or setpriv lacks options that the engine needs, as those of BusyBox do`,
      hint: 'install util-linux and coreutils (Alpine: `apk add util-linux setpriv util-linux-misc mount coreutils`)',
    }),
  },
  {
    name: 'user namespace',
    code: 'engine-userns-denied',
    message: 'this machine does not let this process make a user namespace',
    script: ({ unshare }) => `${unshare} --user true`,
    explain: explainUserNamespace,
  },
  {
    name: 'mounts in a user namespace',
    code: 'engine-userns-denied',
    message: 'this machine gives no privileges inside a user namespace',
    script: ({ unshare, mount }) => `${inside(unshare)} ${mount} -n -t tmpfs x "$1"`,
    explain: explainUserNamespace,
  },
  {
    name: 'overlay on the store',
    code: 'engine-store-unfit',
    message: "the store's filesystem can't hold the layers of an overlay",
    script: ({ unshare, mount, sh }) => `${inside(unshare)} ${sh} -c '
      cd "$1" && mkdir l1 l2 u w m &&
      ${mount} -n -t overlay -o lowerdir=l1:l2,upperdir=u,workdir=w,userxattr,volatile,index=off,metacopy=off x m &&
      mkdir l1/d m/f && rmdir m/d' sh "$1"`,
    explain: explainOverlay,
  },
  {
    name: 'proc',
    code: 'engine-shared-proc',
    message: 'this machine does not let a new /proc be mounted',
    spared: true,
    script: ({ unshare, mount }) => `${inside(unshare)} --pid --fork ${mount} -n -t proc proc "$1"`,
    explain: (said) => ({
      why: `${said}: parts of /proc are hidden here, as in most containers, and the kernel keeps them hidden`,
      hint: 'with Docker add `--security-opt systempaths=unconfined`; in Kubernetes set `procMount: Unmasked`',
    }),
  },
  {
    name: 'other namespaces',
    code: 'engine-refused',
    message: 'this machine does not allow network namespaces',
    script: ({ unshare }) => `${inside(unshare)} --net --ipc --uts --cgroup true`,
    explain: (said) => ({
      why: said,
      hint: 'allow network, IPC, UTS and cgroup namespaces in this container',
    }),
  },
];

/** The first part that fails explains the refusal; where none does, the refusal speaks for itself. */
export async function explainRefusal(refused: Refused, tools: Tools, store: Store): Promise<Failure> {
  const folder = await store.temporaryFolder();
  try {
    for (const { name } of parts.filter(({ spared }) => spared !== true)) {
      const failure = await tryPart(name, { tools, store: store.folder, scratch: folder, cause: refused });
      if (failure !== undefined) return failure;
    }
  } finally {
    await removeTree(folder).catch(() => {});
  }
  return new Failure('engine-refused', `a part of the sandbox could not be made (${refused.stage})`, {
    why: refused.message,
    cause: refused,
  });
}

interface TrialPlace {
  readonly tools: Tools;
  /** The folder of the store, for what is said. */
  readonly store: string;
  /** A folder in it. */
  readonly scratch: string;
  readonly cause?: unknown;
}

/** Makes one part of the sandbox; tells why that can't be done, undefined where it can. */
export async function tryPart(
  name: PartName,
  { tools, store, scratch, cause }: TrialPlace,
): Promise<Failure | undefined> {
  const part = parts.find((one) => one.name === name)!;
  const folder = mkdtempSync(join(scratch, 'part-'));
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', LIBMOUNT_FORCE_MOUNT2: 'always' };
  try {
    await promisify(execFile)(tools.sh, ['-c', part.script(tools), 'sh', folder], { env });
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const said = stderr.trim().split('\n')[0] || message;
    return new Failure(part.code, part.message, { ...part.explain(said, tools, store), cause });
  } finally {
    await removeTree(folder).catch(() => {});
  }
}

function inside(unshare: string): string {
  return `${unshare} --user --map-root-user --mount`;
}

function explainUserNamespace(said: string): Explanation {
  const root = process.getuid!() === 0;
  const sudo = root ? '' : 'sudo ';
  if (!root && setting('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return {
      why: 'AppArmor keeps user namespaces from ordinary users here (kernel.apparmor_restrict_unprivileged_userns=1)',
      hint: 'run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, or Targetry as root',
    };
  }
  if (!root && setting('kernel/unprivileged_userns_clone') === '0') {
    return {
      why: 'user namespaces are for root alone here (kernel.unprivileged_userns_clone=0)',
      hint: 'run `sudo sysctl -w kernel.unprivileged_userns_clone=1`',
    };
  }
  if (setting('user/max_user_namespaces') === '0') {
    return {
      why: 'the number of user namespaces is limited to none here (user.max_user_namespaces=0)',
      hint: `run \`${sudo}sysctl -w user.max_user_namespaces=15000\``,
    };
  }
  if (/No space left|Too many/.test(said)) {
    return {
      why: `${said}: the limit of user namespaces is used up, here or in a namespace around this one`,
      hint: `raise user.max_user_namespaces where this machine or container is started`,
    };
  }
  if (isChrooted()) {
    return {
      why: 'this process is in a chroot, where the kernel never allows user namespaces',
      hint: 'enter the root with pivot_root instead: bubblewrap, systemd-nspawn and containers do',
    };
  }
  return {
    why: `${said}: most often this is the system call filter of a container, or a chroot`,
    hint: 'with Docker add `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`, or `--privileged`',
  };
}

function explainOverlay(said: string, _tools: Tools, folder: string): Explanation {
  const type = filesystemOf(folder);
  if (kernelIsBefore(5, 11)) {
    return {
      why: `the kernel is ${kernelRelease()}, and overlays in user namespaces came with 5.11`,
      hint: 'use a newer kernel',
    };
  }
  return {
    why: `${folder} is on ${type ?? 'a filesystem'} and the kernel said: ${said}`,
    hint:
      type === 'overlay'
        ? "set TARGETRY_STORE to a volume or a tmpfs: a container's own filesystem can't be the upper layer"
        : 'set TARGETRY_STORE to a folder on a local filesystem: ext4, xfs, btrfs or tmpfs',
  };
}

function setting(name: string): string | undefined {
  const path = join('/proc/sys', name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** The kernel lists no mount for the root of a process that was only chrooted. */
function isChrooted(): boolean {
  return !mounts().some(({ at }) => at === '/');
}

function filesystemOf(folder: string): string | undefined {
  const around = mounts().filter(({ at }) => at === '/' || folder === at || folder.startsWith(`${at}/`));
  return around.sort((a, b) => a.at.length - b.at.length).at(-1)?.type;
}

function mounts(): { readonly at: string; readonly type: string }[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    return { at: before.split(' ')[4] ?? '', type: after.split(' ')[0] ?? '' };
  });
}
