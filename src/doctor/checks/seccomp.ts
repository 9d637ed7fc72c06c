import { readFileSync } from 'node:fs';
import type { Check, Diagnosis } from '../check.ts';
import { hasProbe } from '../probe-program.ts';
import { containerKind, type ProbeRun } from '../patient.ts';
import { judgeCalls, type CallsFound } from '../judge-calls.ts';
import { ownCpu } from '../../engines/embedded/foreign-cpus.ts';
import { kernelRelease } from '../../engines/embedded/kernel.ts';

type Found = CallsFound & Pick<ProbeRun, 'said'>;

export const seccomp: Check<Found> = {
  id: 'seccomp',
  group: 'machine',
  title: 'system calls',
  proves:
    'Nothing around this process (the filter of a container, a sandbox, a service) keeps a program from system calls that the kernel has.',
  how: 'Runs a tiny program that makes each call with arguments that do nothing, and holds the answers against the release of the kernel.',
  costs:
    'One blocked call looks like a hundred other things: `make: sh: Operation not permitted`, "getaddrinfo() thread failed to start", "Cannot change mode". With EPERM programs give up; with ENOSYS a C library takes an older call.',
  cure: 'Update Docker (20.10.10 or later) and libseccomp on the host; or start the container with `--security-opt seccomp=unconfined`; or build on a machine without the filter.',
  needs: ['kernel', 'disk'],
  async probe({ host, context }) {
    const { answers, said } = hasProbe(ownCpu) ? await host() : { answers: undefined, said: undefined };
    const [, mode = '0'] = /^Seccomp:\s+(\d)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return {
      calls: answers?.calls,
      said,
      filtered: mode !== '0',
      container: containerKind(context.env),
      release: kernelRelease(),
      cpu: ownCpu,
    };
  },
  judge(found): readonly Diagnosis[] {
    if (found.said !== undefined)
      return [{ status: 'warn', found: `the program that tries them could not run: ${found.said}` }];
    return judgeCalls(found);
  },
};
