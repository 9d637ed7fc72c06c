/** What a step's tries at files, memory and time mean. */
import type { Diagnosis } from './check.ts';
import type { EngineName } from './patient.ts';
import type { ProbeAnswers } from './probe-program.ts';

export interface InsideFound {
  /** Undefined for a CPU on which nothing was tried. */
  readonly answers: ProbeAnswers | undefined;
  /** Milliseconds since 1970, by this process, a moment after. */
  readonly now: number;
  readonly engine: EngineName;
}

/** More than a slow machine takes from the one look at the clock to the other. */
const tolerance = 60_000;

export function judgeInside({ answers, now, engine }: InsideFound): readonly Diagnosis[] {
  if (answers === undefined) return [{ status: 'skipped', found: 'there is no program yet that tries it' }];
  const { files, executed, time } = answers;
  const failed = (name: Parameters<typeof files.get>[0]) => (files.get(name) ?? 0) < 0;
  const told: Diagnosis[] = [];
  const tell = (status: Diagnosis['status'], found: string, cure: string) =>
    told.push({ status, found, cure });
  const said = (name: Parameters<typeof files.get>[0]) => errorName(-files.get(name)!);
  const mounts = 'look at what is mounted where this runs: `findmnt`, and how its container is started';
  if (failed('null')) tell('fail', `a step can't open /dev/null (${said('null')})`, mounts);
  if (failed('proc')) tell('fail', `a step can't read its own /proc (${said('proc')})`, mounts);
  if (failed('tmp')) tell('fail', `a step can't write to /tmp (${said('tmp')})`, mounts);
  if (failed('shm')) {
    tell('warn', `a step has no shared memory to write to (/dev/shm: ${said('shm')})`, mounts);
    // Containers of Docker and BuildKit have it `noexec`, and nobody counts on more there.
  } else if (!executed && engine === 'embedded') {
    tell(
      'warn',
      'a step can not execute what it writes to /dev/shm',
      'have nothing mount every tmpfs `noexec`: a policy of SELinux, a hardened kernel',
    );
  }
  if (!failed('tmp') && failed('big')) {
    const cure = 'raise the limit (`ulimit -f unlimited`), or set TARGETRY_STORE to another file system';
    tell('warn', `a step can't make a file of 5 GB (${said('big')})`, cure);
  }
  if (Math.abs(time - now) > tolerance) {
    const cure =
      'start Targetry without libfaketime and the like (LD_PRELOAD): steps get the clock of the kernel';
    tell('warn', `it is ${day(time)} in a step, and ${day(now)} for this process`, cure);
  }
  if (told.length > 0) return told;
  return [{ status: 'ok', found: 'devices, /proc, /tmp, shared memory, large files and the time are there' }];
}

const errorNames: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  13: 'EACCES',
  22: 'EINVAL',
  27: 'EFBIG',
  28: 'ENOSPC',
  30: 'EROFS',
  38: 'ENOSYS',
  122: 'EDQUOT',
};

function errorName(number: number): string {
  return errorNames[number] ?? `error ${number}`;
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');
}
