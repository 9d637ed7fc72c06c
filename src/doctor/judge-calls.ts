/** What the answers to system calls mean: "not permitted" and "no such call", of a kernel that has it. */
import type { Diagnosis } from './check.ts';
import { hasProbe } from './probe-program.ts';
import { systemCalls, type SystemCall } from './system-calls.ts';

export interface CallsFound {
  /** By name; undefined for a CPU on which they were not tried. */
  readonly calls: ReadonlyMap<string, number> | undefined;
  /** A filter of system calls is on. */
  readonly filtered: boolean;
  /** What this runs in: `Docker container`; undefined where it is none that shows. */
  readonly container: string | undefined;
  /** Of the kernel. */
  readonly release: string;
  /** As OCI calls it. */
  readonly cpu: string;
  /** An emulator, which has calls of its own. */
  readonly emulated?: boolean;
  /** Of a daemon: its filter denies clone3 on purpose, and everything that builds on one lives with that. */
  readonly daemon?: boolean;
  /** What was answered outside of the sandbox, which has told of itself already. */
  readonly outside?: ReadonlyMap<string, number> | undefined;
}

type Kind = 'EPERM' | 'ENOSYS';

const errors: ReadonlyMap<number, Kind> = new Map([
  [-1, 'EPERM'],
  // As some filters have it.
  [-13, 'EPERM'],
  [-38, 'ENOSYS'],
]);

export function judgeCalls(found: CallsFound): readonly Diagnosis[] {
  const { calls, release, outside, daemon } = found;
  if (calls === undefined)
    return [{ status: 'skipped', found: `there is no program yet that tries them on ${found.cpu}` }];
  const blocked = systemCalls
    .filter((call) => kernelHas(release, call))
    .filter(({ name }) => !isError(outside?.get(name)))
    .map((call) => ({ call, kind: errors.get(calls.get(call.name) ?? 0) }))
    .filter((one): one is { call: SystemCall; kind: Kind } => one.kind !== undefined)
    .filter(({ call, kind }) => !(daemon === true && call.name === 'clone3' && kind === 'ENOSYS'));
  const told = blocked.filter(({ call }) => call.weight !== 'noted');
  if (told.length > 0) return told.map(({ call, kind }) => diagnosisOfCall(call, kind, found));
  const noted = blocked.map(({ call }) => call.name);
  const but = noted.length === 0 ? '' : `, except for ${noted.join(', ')}, which few builds need`;
  const all =
    outside === undefined ? `that Linux ${majorMinor(release)} has` : 'that can be made outside of it';
  return [{ status: 'ok', found: `all ${all} can be made${but}` }];
}

function isError(answer: number | undefined): boolean {
  return errors.has(answer ?? 0);
}

function diagnosisOfCall(call: SystemCall, kind: Kind, found: CallsFound): Diagnosis {
  const { release } = found;
  const number = hasProbe(found.cpu) ? ` (${call.numbers[found.cpu]})` : '';
  const who = culprit(found);
  const has = `Linux ${majorMinor(release)} has it`;
  if (kind === 'ENOSYS') {
    if (found.emulated === true)
      return {
        status: 'ok',
        found: `${who} does not know ${call.name}${number}; C libraries take an older call`,
      };
    return {
      status: 'warn',
      found: `${who} answers ${call.name}${number} with ENOSYS, and ${has}: C libraries take an older call, programs that ask the kernel themselves may not`,
      cure: `only where a program misses it: ${allowIt(found)}`,
    };
  }
  return {
    status: call.weight === 'breaks' ? 'fail' : 'warn',
    found: `${who} answers ${call.name}${number} with EPERM, and ${has}: ${call.victims}`,
    cure: cureOf(call, found),
  };
}

function culprit({ filtered, container, emulated, daemon }: CallsFound): string {
  if (daemon === true) return 'the system call filter of the daemon';
  if (emulated === true) return 'the emulator';
  if (filtered)
    return `the system call filter ${container === undefined ? 'around this process' : `of this ${container}`}`;
  return container === undefined ? 'something around this process' : `something around this ${container}`;
}

function cureOf({ docker }: SystemCall, found: CallsFound): string {
  if (found.daemon === true) {
    const version = docker === undefined ? '' : ` (Docker ${docker} or later)`;
    return `update the daemon${version}, its runc and its libseccomp; until then build with \`--engine embedded\``;
  }
  if (found.container === undefined) return allowIt(found);
  const update =
    docker === undefined
      ? 'update Docker or containerd, runc and libseccomp on the host'
      : `update Docker to ${docker} or later, with its libseccomp, on the host`;
  return `${update}; until then ${allowIt(found)}, or build on another machine`;
}

function allowIt({ container, filtered, daemon }: CallsFound): string {
  if (daemon === true) return 'build with `--engine embedded`';
  if (container !== undefined) {
    const option = container.startsWith('Kubernetes')
      ? '`seccompProfile: { type: Unconfined }` for the pod'
      : '`--security-opt seccomp=unconfined`, or a profile that allows the call';
    return `start the container with ${option}`;
  }
  return filtered
    ? 'start it outside of what filters it: a service (SystemCallFilter=), a sandbox, the runner of a CI'
    : 'build on another machine: this one has a kernel that does not do what its release says';
}

function kernelHas(release: string, { since: [major, minor] }: SystemCall): boolean {
  const [ours = 0, less = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return ours > major || (ours === major && less >= minor);
}

function majorMinor(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
