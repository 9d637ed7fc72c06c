import type { Vertex } from '../../graph/graph.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import type { Emulator } from '../engine.ts';
import { isForeign } from './foreign-cpus.ts';
import { kernelIsBefore, kernelRelease } from './kernel.ts';
import type { EmulateAnswer } from './protocol.ts';
import type { WorkerProcess } from './worker-process.ts';

interface EmulatorsOptions {
  readonly store: Store;
  /** By OCI's name of the CPU. */
  readonly given: ReadonlyMap<string, Emulator> | undefined;
  readonly startWorker: () => Promise<WorkerProcess>;
  readonly discard: (folder: string) => void;
}

/** What a result that an emulator made says of it, where the machine's own registration named none. */
const registeredByMachine = 'machine';

/** Has an emulator ready before the first step that needs it. */
export class Emulators {
  readonly #options: EmulatorsOptions;
  readonly #ready = new Map<string, Promise<string>>();

  constructor(options: EmulatorsOptions) {
    this.#options = options;
  }

  /** Names what will run the step: an emulator by its sha256; undefined for this machine's CPU. */
  for({ platform }: Vertex, at: Location | undefined): Promise<string | undefined> {
    const architecture = platform?.architecture;
    if (architecture === undefined || !isForeign(architecture)) return Promise.resolve(undefined);
    let ready = this.#ready.get(architecture);
    if (ready === undefined) {
      ready = this.#makeReady(architecture, at);
      this.#ready.set(architecture, ready);
    }
    return ready;
  }

  async #makeReady(architecture: string, at: Location | undefined): Promise<string> {
    const { store, given, startWorker, discard } = this.#options;
    const emulator = await given?.get(architecture)?.open();
    const worker = await startWorker();
    const folder = await store.temporaryFolder();
    try {
      const answer = await worker.emulate({ architecture, emulator: emulator?.path, folder });
      if (!('by' in answer)) throw denied(architecture, answer, at);
      return answer.by === 'engine' ? emulator!.sha256 : registeredByMachine;
    } finally {
      discard(folder);
    }
  }
}

type Denied = Exclude<EmulateAnswer, { readonly by: unknown }>;

function denied(architecture: string, answer: Denied, at: Location | undefined): Failure {
  const message = `this machine can't run programs of ${architecture}`;
  return new Failure('emulation-denied', message, { ...explain(architecture, answer), at });
}

function explain(architecture: string, { stage, said }: Denied): { why: string; hint?: string } {
  const unregistered = 'and the machine itself has registered nothing that runs them in a root';
  switch (stage) {
    case 'mount':
      if (kernelIsBefore(6, 7)) {
        const now = `this is Linux ${kernelRelease()}, and a user namespace can have its own binfmt_misc from 6.7 on`;
        return { why: `${now}; ${unregistered}` };
      }
      return {
        why: `binfmt_misc can't be mounted in a user namespace (${said}); ${unregistered}`,
        hint: 'load the module of the kernel, as root: `modprobe binfmt_misc`',
      };
    case 'register':
      return { why: `the kernel did not take a registration for ${architecture} (${said}); ${unregistered}` };
    case 'run':
      return {
        why: `QEMU was registered, but it did not run the smallest program of ${architecture}: ${said}`,
      };
    case 'none':
      return { why: `no emulator was given, ${unregistered}` };
    default:
      return stage satisfies never;
  }
}
