import { ownCpu } from '../../engines/embedded/foreign-cpus.ts';
import type { Check } from '../check.ts';
import { judgeInside, type InsideFound } from '../judge-inside.ts';

export const engineInside: Check<InsideFound> = {
  id: 'engine-inside',
  group: 'engine',
  title: 'what a step has',
  proves:
    'A step has its devices, a /proc, a /tmp, shared memory in which programs run, files of more than 4 GB, and the right time.',
  how: 'The program of the step opens each, writes a program to /dev/shm and becomes it, and makes a file of 5 GB that is empty.',
  costs:
    "Python's multiprocessing, browsers and databases in tests need /dev/shm; just-in-time compilers execute what they wrote; large archives pass 4 GB.",
  cure: 'What is missing is named; in most cases the container around it limits or masks it.',
  needs: ['engine', 'clock'],
  async probe({ inStep, engine }) {
    const { answers } = await inStep(ownCpu);
    return { answers, now: Date.now(), engine };
  },
  judge: judgeInside,
};
