import { Failure } from '../../report/failure.ts';
import type { Check, Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';
import { judgeCalls } from '../judge-calls.ts';
import { judgeInside } from '../judge-inside.ts';
import type { EngineName, ProbeRun } from '../patient.ts';

interface Emulated {
  /** As OCI calls it. */
  readonly cpu: string;
  readonly run: ProbeRun | Failure;
  readonly now: number;
  readonly engine: EngineName;
}

export const emulated: Check<readonly Emulated[] | undefined> = {
  id: 'emulated',
  group: 'engine',
  title: 'steps of other CPUs',
  proves:
    'The program of `engine` runs as a step of each CPU that targets are built on and this machine has not, by the emulator that builds use, with the same system calls.',
  how: 'With `--emulated` alone, as it may have to download the emulator: runs the program of that CPU.',
  costs: 'Builds for that CPU fail, or hang in the middle.',
  cure: 'As told by `binfmt` and `engine`; a newer QEMU knows more system calls. Or compile across: `builder:`.',
  needs: ['engine', 'binfmt'],
  async probe({ emulatedCpus, inStep, engine }) {
    if (emulatedCpus === undefined) return undefined;
    return Promise.all(
      emulatedCpus.map(async (cpu) => {
        const run = await inStep(cpu).catch(failure);
        return { cpu, run, now: Date.now(), engine };
      }),
    );
  },
  judge(all): Diagnosis | readonly Diagnosis[] {
    if (all === undefined) return { status: 'skipped', found: 'they are tried with `--emulated` alone' };
    if (all.length === 0) return { status: 'ok', found: 'no target is built on another CPU' };
    return all.flatMap(diagnose);
  },
};

function diagnose({ cpu, run, now, engine }: Emulated): readonly Diagnosis[] {
  const named = (one: Diagnosis): Diagnosis => ({ ...one, found: `${cpu}: ${one.found}` });
  if (run instanceof Failure) return [named(diagnosisOf(run))];
  const { answers, said, milliseconds = 0 } = run;
  if (said !== undefined && /exec format error/i.test(said)) {
    const cure =
      'run `docker run --privileged --rm tonistiigi/binfmt --install all` on the host of the daemon; or compile across: `builder:`';
    return [named({ status: 'fail', found: 'programs of it do not run there: exec format error', cure })];
  }
  if (said !== undefined) {
    const cure = 'use another QEMU: that of the lock (no qemu-user-static on this machine), or a newer one';
    return [named({ status: 'fail', found: `a step runs, and not to its end: ${said}`, cure })];
  }
  if (answers === undefined)
    return [named({ status: 'skipped', found: 'there is no program yet that tries it' })];
  const calls = judgeCalls({
    calls: answers.calls,
    filtered: false,
    container: undefined,
    release: answers.release,
    cpu,
    emulated: true,
  });
  const told = [...calls, ...judgeInside({ answers, now, engine })].filter(({ status }) => status !== 'ok');
  if (told.length > 0) return told.map(named);
  const lacking = calls.map(({ found }) => found).join('; ');
  return [named({ status: 'ok', found: `a step ran in ${(milliseconds / 1000).toFixed(1)} s; ${lacking}` })];
}

function failure(error: unknown): Failure {
  if (error instanceof Failure && error.code !== 'canceled') return error;
  throw error;
}
