/** Who else is alive: a process is judged only by one that can see it, so every mark that one leaves names its machine. */
import { existsSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { ifAny, textIfAnySync } from '../base/if-any.ts';
import { sha256 } from '../base/sha256.ts';

let machineName: string | undefined;

/** Names the set of processes whose pids can be looked up from here: one boot, one machine, one pid namespace. */
export function machine(): string {
  machineName ??= sha256(
    [hostname(), bootId(), ifAny(() => readlinkSync('/proc/self/ns/pid'), '')].join(' '),
  ).slice(0, 12);
  return machineName;
}

/** How a process is called in marks: `MACHINE PID`. */
export function thisProcess(): string {
  return `${machine()} ${process.pid}`;
}

/** The number of the process that a mark names; undefined where it is of another machine or namespace. */
export function seenFromHere(mark: string): number | undefined {
  const [owner, pid = ''] = mark.split(' ');
  return owner === machine() && pid !== '' ? Number(pid) : undefined;
}

/** Another one after each start of the machine; empty where the system has none. */
export function bootId(): string {
  return textIfAnySync('/proc/sys/kernel/random/boot_id').trim();
}

/** Milliseconds since 1970 at which the machine started; 0 where the system doesn't say. */
export function bootTime(): number {
  const seconds = /^btime (\d+)$/m.exec(textIfAnySync('/proc/stat'))?.[1] ?? 0;
  return Number(seconds) * 1000;
}

/** Undefined for a process that can't be seen from here. */
export function isAlive(owner: string, pid: string): boolean | undefined {
  return owner === machine() ? existsSync(`/proc/${pid}`) : undefined;
}
