/** Who else is alive: a process is judged only by one that can see it, so every mark that one leaves names its machine. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sha256 } from '../base/sha256.ts';

let machineName: string | undefined;

/** Names the set of processes whose pids can be looked up from here: one boot, one machine, one pid namespace. */
export function machine(): string {
  machineName ??= sha256(
    [hostname(), bootId(), ask(() => readlinkSync('/proc/self/ns/pid'))].join(' '),
  ).slice(0, 12);
  return machineName;
}

/** Another one after each start of the machine; empty where the system has none. */
export function bootId(): string {
  return ask(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** Milliseconds since 1970 at which the machine started; 0 where the system doesn't say. */
export function bootTime(): number {
  const seconds = /^btime (\d+)$/m.exec(ask(() => readFileSync('/proc/stat', 'utf8')))?.[1] ?? 0;
  return Number(seconds) * 1000;
}

/** Undefined for a process that can't be seen from here. */
export function isAlive(owner: string, pid: string): boolean | undefined {
  return owner === machine() ? existsSync(`/proc/${pid}`) : undefined;
}

function ask(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
