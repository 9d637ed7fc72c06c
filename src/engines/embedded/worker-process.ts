import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { killIfAlive } from '../../base/kill-if-alive.ts';
import { removeTree, type Store } from '../../store/store.ts';
import { writeIdMaps, type IdMaps } from './ids.ts';
import {
  frameKind,
  readFrames,
  type ArchiveRequest,
  type WorkerAnswer,
  type DiffRequest,
  type EmulateAnswer,
  type EmulateRequest,
  type ExportAnswer,
  type ExportRequest,
  type FilesAnswer,
  type FilesRequest,
  type FrameKind,
  type PackAnswer,
  type PackRequest,
  type RemoveRequest,
  type Request,
  type StepAnswer,
  type StepRequest,
  type UnpackRequest,
} from './protocol.ts';
import { Refused } from './refused.ts';
import { bootFstab, bootScript, hostDevices, noOwnProc } from './sandbox.ts';
import type { Tools } from './tools.ts';
import { WorkerGone } from './worker-gone.ts';
import type { WorkerSettings } from './worker-settings.ts';

export interface WorkerOptions {
  readonly store: Store;
  readonly tools: Tools;
  readonly ids: IdMaps;
  /** Steps at once. */
  readonly slots: number;
  /** The program that starts steps, where there is one and there are steps. */
  readonly starter?: string | undefined;
}

/** Takes a piece of a step's output; while a promise of it is open, nothing more is read from any step. */
type OnOutput = (kind: FrameKind, data: Buffer) => Promise<void>;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onOutput: OnOutput | undefined;
}

/** The engine's end of the worker. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Process 1 of the worker's pid namespace, by its number outside. */
  readonly #init: number;
  readonly #home: string;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #gone = false;
  /** Why nothing more is answered. */
  #over: Error | undefined;
  #next = 1;

  private constructor(child: ChildProcess, init: number, home: string, ended: Promise<void>) {
    this.#child = child;
    this.#init = init;
    this.#home = home;
    this.#ended = ended;
    child.on('exit', () => (this.#gone = true));
  }

  /** Throws `Refused` where the machine doesn't allow it. */
  static async start(options: WorkerOptions): Promise<WorkerProcess> {
    const home = await makeHome(options.store);
    const child = startChild(home, options);
    const ended = new Promise<void>((resolve) => {
      child.on('error', () => resolve());
      child.on('close', () => resolve());
    });
    // Held back, so that a worker that says no can still say why.
    let complaint = '';
    child.stderr!.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
    child.stdin!.on('error', () => {});
    const refused = async (stage: string, otherwise: string) => {
      child.kill('SIGKILL');
      child.stdout!.resume();
      await ended;
      await removeTree(home);
      return new Refused(stage, complaint.trim() || otherwise);
    };

    const init = await readyLine(child, ended);
    if (init === undefined) throw await refused('namespaces', 'the worker ended before it was ready');
    try {
      if (options.ids.byItself !== true) await writeIdMaps(child.pid!, options.ids, options.tools);
    } catch (error) {
      throw await refused('ids', (error as Error).message);
    }
    child.stdin!.write('go\n');
    const worker = new WorkerProcess(child, init, home, ended);
    void worker.#read(() => complaint);
    return worker;
  }

  /** Whether steps see the processes around them. Known once something was answered. */
  get sharesProc(): boolean {
    return existsSync(join(this.#home, noOwnProc));
  }

  step(request: Omit<StepRequest, 'do'>, onOutput: OnOutput): Promise<StepAnswer> {
    return this.#ask({ do: 'step', ...request }, onOutput);
  }

  changeFiles(request: Omit<FilesRequest, 'do'>): Promise<FilesAnswer> {
    return this.#ask({ do: 'files', ...request });
  }

  diff(request: Omit<DiffRequest, 'do'>): Promise<null> {
    return this.#ask({ do: 'diff', ...request });
  }

  pack(request: Omit<PackRequest, 'do'>): Promise<PackAnswer> {
    return this.#ask({ do: 'pack', ...request });
  }

  unpack(request: Omit<UnpackRequest, 'do'>): Promise<PackAnswer> {
    return this.#ask({ do: 'unpack', ...request });
  }

  archive(request: Omit<ArchiveRequest, 'do'>): Promise<PackAnswer> {
    return this.#ask({ do: 'archive', ...request });
  }

  export(request: Omit<ExportRequest, 'do'>): Promise<ExportAnswer> {
    return this.#ask({ do: 'export', ...request });
  }

  emulate(request: Omit<EmulateRequest, 'do'>): Promise<EmulateAnswer> {
    return this.#ask({ do: 'emulate', ...request });
  }

  remove(request: Omit<RemoveRequest, 'do'>): Promise<void> {
    return this.#ask({ do: 'remove', ...request });
  }

  /** Lets it end by itself. */
  async close(): Promise<void> {
    this.#child.stdin!.end();
    await this.#ended;
    await removeTree(this.#home);
  }

  /** Ends it with all of its steps: the kernel takes down the whole pid namespace before the number is free again. */
  async kill(): Promise<void> {
    // Once it has ended, its number may be another's.
    if (!this.#gone) killIfAlive(this.#init);
    await this.#ended;
    await removeTree(this.#home);
  }

  #ask<Value>(request: Request, onOutput?: OnOutput): Promise<Value> {
    const id = this.#next++;
    return new Promise<Value>((resolve, reject) => {
      if (this.#over !== undefined) return reject(this.#over);
      this.#pending.set(id, { resolve: (value) => resolve(value as Value), reject, onOutput });
      this.#child.stdin!.write(`${JSON.stringify({ id, request })}\n`);
    });
  }

  async #read(complaint: () => string): Promise<void> {
    let answered = false;
    try {
      for await (const { kind, request, data } of readFrames(this.#child.stdout!)) {
        const pending = this.#pending.get(request);
        if (kind !== frameKind.answer) {
          await pending?.onOutput?.(kind, data);
          continue;
        }
        answered = true;
        this.#pending.delete(request);
        const answer = JSON.parse(data.toString()) as WorkerAnswer<unknown>;
        if ('value' in answer) pending?.resolve(answer.value);
        else pending?.reject(new Refused(answer.refusal.stage, answer.refusal.message));
      }
    } catch (error) {
      await this.kill();
      this.#end(error as Error);
    }
    await this.#ended;
    // Before the first answer the boot script may still have failed.
    const said = complaint().trim();
    const error =
      answered || said === ''
        ? new WorkerGone('something ended the worker, and the steps with it')
        : new Refused('boot', said);
    this.#end(error);
  }

  #end(error: Error): void {
    this.#over ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#over);
    this.#pending.clear();
  }
}

/** The folder that the boot script mounts the devices in. */
async function makeHome(store: Store): Promise<string> {
  const home = await store.temporaryFolder();
  for (const name of ['dev', 'dev/pts', 'dev/shm', 'secrets', 'proc', 'sys', 'binfmt'])
    mkdirSync(join(home, name));
  const nodes = hostDevices();
  for (const name of nodes) writeFileSync(join(home, 'dev', name), '');
  symlinkSync('pts/ptmx', join(home, 'dev/ptmx'));
  symlinkSync('/proc/self/fd', join(home, 'dev/fd'));
  for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    symlinkSync(`/proc/self/fd/${fd}`, join(home, 'dev', name));
  }
  writeFileSync(join(home, 'fstab'), bootFstab(home, nodes));
  return home;
}

function startChild(home: string, { tools, ids, slots, starter }: WorkerOptions): ChildProcess {
  const program = fileURLToPath(new URL('./worker.js', import.meta.url));
  const settings: WorkerSettings = { home, slots, tools, ids: { many: ids.kind !== 'one' }, starter };
  const node = [process.execPath, '--no-warnings', program, JSON.stringify(settings)];
  const boot = [tools.sh, '-c', bootScript(tools), 'sh', home, String(slots), ...node];
  const own = ids.byItself === true ? ['--map-root-user'] : [];
  const namespaces = ['--user', ...own, '--mount', '--pid', '--uts', '--fork', '--kill-child'];
  return spawn(tools.setpriv, ['--pdeathsig', 'KILL', tools.unshare, ...namespaces, '--', ...boot], {
    cwd: home,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', LIBMOUNT_FORCE_MOUNT2: 'always' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C is the engine's to hear.
    detached: true,
  });
}

/** Reads `ready PID`, and leaves the stream as it was. */
function readyLine(child: ChildProcess, ended: Promise<void>): Promise<number | undefined> {
  const stdout = child.stdout as Readable;
  return new Promise((resolve) => {
    const onReadable = () => {
      const chunk = stdout.read() as Buffer | null;
      if (chunk === null) return;
      stdout.off('readable', onReadable);
      const line = /^ready (\d+)\n$/.exec(chunk.toString());
      resolve(line === null ? undefined : Number(line[1]));
    };
    stdout.on('readable', onReadable);
    void ended.then(() => resolve(undefined));
  });
}
