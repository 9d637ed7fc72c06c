import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { textIfAnySync } from '../../base/if-any.ts';
import { enoughIds, isRootOfMany } from '../../base/root-of-many.ts';
import type { Tools } from './tools.ts';

/**
 * Which of the host's ids the worker has. Root keeps all of its own, so that its store looks the same from outside; a
 * user has their own id as 0 and, where the machine grants a range in /etc/subuid, that range above it.
 */
export interface IdMaps {
  readonly kind: 'all' | 'range' | 'one';
  /** Part of a result's record: what was made with other ids has other owners. */
  readonly label: string;
  readonly uid: string;
  readonly gid: string;
  /** The process that makes the namespace gives itself its one id. */
  readonly byItself?: boolean;
}

export function chooseIds(tools: Tools): IdMaps {
  const { uid, gid } = { uid: process.getuid!(), gid: process.getgid!() };
  if (isRootOfMany()) {
    return { kind: 'all', label: 'all', uid: ownMap('uid_map'), gid: ownMap('gid_map') };
  }
  const one = { kind: 'one', label: `one:${uid}`, uid: `0 ${uid} 1`, gid: `0 ${gid} 1` } as const;
  // With ids that come from outside, after it has started, a program would have to gain the rights of its namespace.
  if (hasNoNewPrivileges()) return { ...one, byItself: true };
  if (uid === 0 || tools.newuidmap === undefined || tools.newgidmap === undefined) return one;
  const uids = grantedRange('/etc/subuid', uid);
  const gids = grantedRange('/etc/subgid', uid);
  if (uids === undefined || gids === undefined) return one;
  return {
    kind: 'range',
    label: `range:${uid}:${uids}:${gids}`,
    uid: `0 ${uid} 1 1 ${uids}`,
    gid: `0 ${gid} 1 1 ${gids}`,
  };
}

/** Writes the maps of a process that waits in a new user namespace. */
export async function writeIdMaps(pid: number, ids: IdMaps, tools: Tools): Promise<void> {
  if (ids.kind === 'range') {
    await promisify(execFile)(tools.newuidmap!, [String(pid), ...ids.uid.split(' ')]);
    await promisify(execFile)(tools.newgidmap!, [String(pid), ...ids.gid.split(' ')]);
    return;
  }
  // The kernel wants an ordinary user to give up setgroups first.
  if (ids.kind === 'one') writeFileSync(`/proc/${pid}/setgroups`, 'deny');
  writeFileSync(`/proc/${pid}/uid_map`, ids.uid);
  writeFileSync(`/proc/${pid}/gid_map`, ids.gid);
}

/** The kernel gives nothing that this process starts more rights than it has. */
export function hasNoNewPrivileges(): boolean {
  return /^NoNewPrivs:\s+1$/m.test(textIfAnySync('/proc/self/status'));
}

/** Every id this process has, as itself. */
function ownMap(name: 'uid_map' | 'gid_map'): string {
  const lines = readFileSync(`/proc/self/${name}`, 'utf8').trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .map(([inside, , count]) => `${inside} ${inside} ${count}`)
    .join('\n');
}

/** `START COUNT` of the first range that is large enough. */
function grantedRange(file: string, uid: number): string | undefined {
  const names = new Set([String(uid), userName()]);
  for (const line of textIfAnySync(file).split('\n')) {
    const [owner, start, count] = line.trim().split(':');
    if (names.has(owner) && Number(count) >= enoughIds) return `${start} ${count}`;
  }
  return undefined;
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A number without an entry in /etc/passwd.
    return undefined;
  }
}
