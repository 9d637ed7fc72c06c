import { readFileSync } from 'node:fs';
import { cgroupNumbers } from '../cgroup.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** How many files a process may have open. */
  readonly files: number;
  /** How many processes more there may be. */
  readonly processes: number;
  /** A size that no file may pass. */
  readonly size: number;
}

export const limits: Check<Found> = {
  id: 'limits',
  group: 'machine',
  title: 'limits of processes',
  proves: 'A process may open enough files, start enough others and write large files.',
  how: 'Reads the limits of this process, which every step inherits, and those of its cgroup.',
  costs:
    'Linkers say "Too many open files" or "cannot find -lgcc"; shells say "fork: Resource temporarily unavailable"; large results end with "File size limit exceeded".',
  cure: '`ulimit -n 4096`; Docker: `--ulimit nofile=65536`, `--pids-limit`; systemd: `LimitNOFILE=`, `TasksMax=`.',
  probe() {
    const text = readFileSync('/proc/self/limits', 'utf8');
    const soft = (name: string) => {
      const word = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)?.[1];
      return word === undefined || word === 'unlimited' ? Infinity : Number(word);
    };
    const most = cgroupNumbers('pids.max', 'pids/pids.max');
    const now = cgroupNumbers('pids.current', 'pids/pids.current');
    const left = most.map((limit, index) => limit - (now[index] ?? 0));
    return {
      files: soft('Max open files'),
      processes: Math.min(soft('Max processes'), ...left),
      size: soft('Max file size'),
    };
  },
  judge({ files, processes, size }): Diagnosis[] {
    const diagnoses: Diagnosis[] = [];
    if (files < 1024) {
      diagnoses.push({
        status: files < 256 ? 'fail' : 'warn',
        found: `a process may open ${files} files at once, and linkers open more`,
        cure: 'run `ulimit -n 4096` before, or raise the limit (Docker: `--ulimit nofile=65536`)',
      });
    }
    if (processes < 256) {
      diagnoses.push({
        status: processes < 32 ? 'fail' : 'warn',
        found: `${Math.max(0, processes)} processes more may be started`,
        cure: 'raise the limit: `ulimit -u`, Docker `--pids-limit`, systemd `TasksMax=`',
      });
    }
    if (size < 2 ** 31) {
      diagnoses.push({
        status: size < 2 ** 26 ? 'fail' : 'warn',
        found: `a file may have ${size} bytes at most`,
        cure: 'run `ulimit -f unlimited` before',
      });
    }
    if (diagnoses.length > 0) return diagnoses;
    return [{ status: 'ok', found: `${files === Infinity ? 'any number of' : files} files open at once` }];
  },
};
