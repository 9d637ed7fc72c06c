import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { textIfAnySync } from '../../base/if-any.ts';
import { killIfAlive } from '../../base/kill-if-alive.ts';

interface Process {
  /** As /proc counts it. */
  readonly pid: number;
  readonly parent: number;
  /** As this process, which is in a pid namespace below that of /proc, counts it. */
  readonly own: number;
}

/**
 * Kills process 1 of the step that `runner`, an `unshare --fork`, has started, and with it the whole step. The runner's
 * death alone doesn't do it: a step's process 1 loses its death signal when it becomes another user.
 */
export function endStep(runner: number): void {
  const all = processes();
  const parent = runnerAmong(all, runner)?.pid;
  // The runner first: one of util-linux that survives its child complains into the step's output.
  for (const pid of [runner, ...all.filter((one) => one.parent === parent).map(({ own }) => own)]) {
    killIfAlive(pid);
  }
}

const longestCommand = 100;

/** The commands at the ends of a step's tree of processes: those that the others wait for, each as `show` shows it. */
export function runningIn(runner: number, show: (line: string) => string): string[] {
  const all = processes();
  const below = (parents: readonly Process[]): Process[] => {
    const children = all.filter(({ parent }) => parents.some(({ pid }) => pid === parent));
    return children.length === 0 ? [] : [...children, ...below(children)];
  };
  const started = runnerAmong(all, runner);
  const step = started === undefined ? [] : below([started]);
  const ends = step.filter(({ pid }) => !step.some(({ parent }) => parent === pid));
  return ends.flatMap(({ pid }) => commandOf(pid, show) ?? []);
}

function commandOf(pid: number, show: (line: string) => string): string | undefined {
  const words = textIfAnySync(`/proc/${pid}/cmdline`).replace(/\0$/, '').split('\0');
  const line = show(withoutEmulator(words).join(' ')).replaceAll(/\s+/g, ' ');
  if (line === '') return undefined;
  return line.length > longestCommand ? `${line.slice(0, longestCommand - 1)}…` : line;
}

/** An emulator is called with the program's path, and then with the program's own words. */
function withoutEmulator(words: readonly string[]): readonly string[] {
  const [emulator = '', path = '', name] = words;
  if (!/^qemu-\w+$/.test(emulator)) return words;
  return name !== undefined && basename(name) === basename(path) ? words.slice(2) : words.slice(1);
}

/** By its parent too: other builds on this machine count their processes from 1 as well. */
function runnerAmong(all: readonly Process[], runner: number): Process | undefined {
  const [self] = namespacePids(readFileSync('/proc/self/status', 'utf8'));
  return all.find(({ own, parent }) => own === runner && parent === self);
}

function processes(): Process[] {
  const depth = namespacePids(readFileSync('/proc/self/status', 'utf8')).length;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = textIfAnySync(`/proc/${name}/status`);
      const own = namespacePids(status)[depth - 1];
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
      return own === undefined ? [] : [{ pid: Number(name), parent, own }];
    });
}

/** The numbers of one process, from the namespace of /proc inwards. */
function namespacePids(status: string): number[] {
  const words = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return words.map(Number);
}
