import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emulatedCpus, isForeign, smallestProgram } from '../../engines/embedded/foreign-cpus.ts';
import { kernelIsBefore, kernelRelease } from '../../engines/embedded/kernel.ts';
import type { Tools } from '../../engines/embedded/tools.ts';
import type { Check, Diagnosis } from '../check.ts';
import { wantedCpus, type Patient } from '../patient.ts';
import { toolsOf } from '../sandbox-part.ts';

interface Found {
  /** CPUs that targets of the project are built on, with a target of each; undefined without a project. */
  readonly wanted: ReadonlyMap<string, string> | undefined;
  /** CPUs that the machine itself runs in any root, by a registration or in hardware. */
  readonly runs: readonly string[];
  /** Why the engine can't register emulators of its own; undefined where it can. */
  readonly said: string | undefined;
  readonly release: string;
  readonly old: boolean;
}

export const binfmt: Check<Found> = {
  id: 'binfmt',
  group: 'machine',
  title: 'programs of other CPUs',
  proves:
    'Programs of the CPUs that targets are built on run here: in hardware, by what the machine has registered, or by an emulator that the engine registers for itself.',
  how: 'Runs the smallest program of each CPU in an empty root, and mounts a binfmt_misc in a user namespace.',
  costs: 'Steps of another CPU end with "exec format error", or are refused before.',
  cure: 'Linux 6.7 or later needs nothing. Before it: `docker run --privileged --rm tonistiigi/binfmt --install all`, or the package qemu-user-static; a target can also be compiled across with `builder:`.',
  engines: ['embedded'],
  needs: ['tools', 'userns', 'disk'],
  async probe(patient) {
    const tools = toolsOf(patient)!;
    const scratch = await patient.scratch();
    const [runs, said] = await Promise.all([whichRun(tools, scratch), mountError(tools, scratch)]);
    return {
      wanted: foreignTo(patient.project),
      runs,
      said,
      release: kernelRelease(),
      old: kernelIsBefore(6, 7),
    };
  },
  judge({ wanted, runs, said, release, old }): Diagnosis | readonly Diagnosis[] {
    const others = runs.length === 0 ? 'none' : runs.join(', ');
    if (said === undefined)
      return { status: 'ok', found: `by emulators of the engine's own; by the machine itself: ${others}` };
    const why = old
      ? `Linux ${release} has one binfmt_misc for all, and user namespaces have their own from 6.7 on`
      : `binfmt_misc can't be mounted in a user namespace (${said})`;
    const cure = old
      ? 'run `docker run --privileged --rm tonistiigi/binfmt --install all` on the host, or install qemu-user-static there'
      : 'run `sudo modprobe binfmt_misc` on the host';
    const missing = [...(wanted ?? [])].filter(([cpu]) => !runs.includes(cpu));
    if (missing.length > 0) {
      return missing.map(([cpu, target]) => ({
        status: 'fail',
        found: `target \`${target}\` needs programs of ${cpu} to run: ${why}, and nothing that runs them is registered`,
        cure: `${cure}; or compile across: \`builder:\``,
      }));
    }
    if (wanted !== undefined)
      return { status: 'ok', found: `those that targets are built on run (${others})` };
    return { status: 'warn', found: `of other CPUs run: ${others}; ${why}`, cure };
  },
};

function foreignTo(here: Patient['project']): Found['wanted'] {
  if (here === undefined || !('targets' in here)) return undefined;
  return new Map([...wantedCpus(here)].filter(([cpu]) => isForeign(cpu)));
}

async function whichRun(tools: Tools, scratch: string): Promise<string[]> {
  const tried = emulatedCpus().map(async (cpu) => {
    const root = join(scratch, `cpu-${cpu}`);
    mkdirSync(root);
    writeFileSync(join(root, 'program'), smallestProgram(cpu), { mode: 0o755 });
    const args = ['--user', '--map-root-user', tools.chroot, root, '/program', 'one', 'two'];
    // Its exit code is the number of its arguments, with its name.
    return (await codeOf(tools.unshare, args)) === 3 ? [cpu] : [];
  });
  return (await Promise.all(tried)).flat();
}

async function mountError({ unshare, mount }: Tools, scratch: string): Promise<string | undefined> {
  const place = join(scratch, 'binfmt');
  mkdirSync(place);
  const args = [
    '--user',
    '--map-root-user',
    '--mount',
    mount,
    '-n',
    '-t',
    'binfmt_misc',
    'binfmt_misc',
    place,
  ];
  try {
    await promisify(execFile)(unshare, args, { env: { LC_ALL: 'C' } });
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return stderr.trim().split('\n')[0] || message;
  }
}

async function codeOf(program: string, args: readonly string[]): Promise<unknown> {
  try {
    await promisify(execFile)(program, args, { timeout: 5000 });
    return 0;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
