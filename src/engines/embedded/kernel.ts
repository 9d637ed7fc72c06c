import { readFileSync } from 'node:fs';

/** As `uname -r` says it. */
export function kernelRelease(): string {
  return readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
}

export function kernelIsBefore(major: number, minor: number): boolean {
  const [ours = 0, less = 0] = (/^(\d+)\.(\d+)/.exec(kernelRelease()) ?? []).slice(1).map(Number);
  return ours < major || (ours === major && less < minor);
}
