import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bytes } from '../../base/units.ts';
import { cgroupNumbers } from '../cgroup.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** Bytes that this machine has left. */
  readonly available: number;
  /** What the cgroup still allows, and in all; undefined without a limit. */
  readonly limit: { readonly left: number; readonly total: number } | undefined;
  /** Processes of this cgroup that were killed for want of memory. */
  readonly killed: number;
  readonly cpus: number;
}

const megabyte = 1e6;

export const memory: Check<Found> = {
  id: 'memory',
  group: 'machine',
  title: 'memory',
  proves:
    'There is memory for as many compilers as there are CPUs, also by the limits of the cgroup that this runs in.',
  how: 'Reads what is available of the machine and of the cgroup, and whether something was killed for want of it.',
  costs: 'Compilers and linkers are killed: "Killed", exit code 137, "cc1plus: fatal error: Killed signal".',
  cure: 'Give the container or the virtual machine more memory, or compile with less at once: `make -j2`.',
  probe() {
    const [, available = 'x'] =
      /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    const totals = cgroupNumbers('memory.max', 'memory/memory.limit_in_bytes');
    const used = cgroupNumbers('memory.current', 'memory/memory.usage_in_bytes');
    const limits = totals.flatMap((total, index) =>
      // Without a limit version 1 tells a number that no machine has.
      total > 2 ** 60 ? [] : [{ total, left: total - (used[index] ?? 0) }],
    );
    limits.sort((a, b) => a.left - b.left);
    return {
      available: Number(available) * 1024,
      limit: limits[0],
      killed: Math.max(
        0,
        ...cgroupNumbers('memory.events', 'memory/memory.oom_control', /^oom_kill (\d+)$/m),
      ),
      cpus: availableParallelism(),
    };
  },
  judge({ available, limit, killed, cpus }): Diagnosis {
    const left = Math.min(...[available, limit?.left ?? Infinity].filter((one) => !Number.isNaN(one)));
    const ofGroup = limit !== undefined && limit.left === left;
    const whose = ofGroup ? ` of the ${bytes(limit.total)} that the cgroup allows` : '';
    const found = `${bytes(left)}${whose} for ${cpus} CPUs`;
    const cure = ofGroup
      ? 'give the container more memory (Docker: `--memory`), or compile with less at once: `make -j2`'
      : 'end what else runs here, or compile with less at once: `make -j2`';
    if (left < 128 * megabyte) return { status: 'fail', found: `only ${found}`, cure };
    if (killed > 0) {
      const times = killed === 1 ? 'a process was' : `${killed} processes were`;
      return { status: 'warn', found: `${found}; ${times} killed here for want of memory already`, cure };
    }
    if (left < Math.min(cpus, 8) * 256 * megabyte) return { status: 'warn', found: `only ${found}`, cure };
    return { status: 'ok', found };
  },
};
