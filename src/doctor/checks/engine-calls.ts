import { ownCpu } from '../../engines/embedded/foreign-cpus.ts';
import type { Check } from '../check.ts';
import { judgeCalls, type CallsFound } from '../judge-calls.ts';
import { containerKind } from '../patient.ts';

export const engineCalls: Check<CallsFound> = {
  id: 'engine-calls',
  group: 'engine',
  title: 'system calls of a step',
  proves:
    'A step can make every system call that can be made outside of it: faccessat2, clone3, statx, fchmodat2, openat2, close_range and others.',
  how: 'The program of the step makes each of them with arguments that do nothing, and the answers are held against those outside.',
  costs: 'As with `seccomp`: steps fail with errors that name other things.',
  cure: 'As with `seccomp`.',
  needs: ['engine'],
  async probe({ inStep, host, context, engine }) {
    const daemon = engine === 'buildkit';
    const [inside, outside] = await Promise.all([inStep(ownCpu), host()]);
    return {
      calls: inside.answers?.calls,
      // A daemon is no child of this process, and may be on another machine.
      outside: daemon ? undefined : (outside.answers?.calls ?? new Map()),
      daemon,
      filtered: true,
      container: containerKind(context.env),
      release: inside.answers?.release ?? '',
      cpu: ownCpu,
    };
  },
  judge: judgeCalls,
};
