/**
 * In the worker: has the kernel run programs of another CPU by an emulator. From Linux 6.7 on, a user namespace can
 * mount a binfmt_misc of its own; what is registered there is seen in it and below, and nowhere else, and is gone with the
 * mount. With the flag F the kernel opens the emulator now, so roots need not hold it. An older kernel has one
 * binfmt_misc for all, where the machine's root may have registered an emulator with that flag.
 *
 * Whether it works is not read from anywhere but tried, in an empty root as a step would.
 */
import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../base/error-code.ts';
import { registration, smallestProgram } from './foreign-cpus.ts';
import type { EmulateAnswer, EmulateRequest } from './protocol.ts';
import type { Tools } from './tools.ts';

/**
 * P: the program's own name for itself is kept, O and C: so are its file and its rights. Emulators older than QEMU 6 don't
 * know P, and take a name for an argument.
 */
const flagsToTry = ['POCF', 'F'];

export class EmulatorRegister {
  readonly #home: string;
  readonly #tools: Tools;
  #mounted: Promise<void> | undefined;

  /** `home` is the worker's folder, and its working folder. */
  constructor(home: string, tools: Tools) {
    this.#home = home;
    this.#tools = tools;
  }

  async add({ architecture, emulator, folder }: EmulateRequest): Promise<EmulateAnswer> {
    const program = join(folder, 'program');
    writeFileSync(program, smallestProgram(architecture), { mode: 0o755 });
    const ours = emulator === undefined ? undefined : await this.#register(architecture, emulator, folder);
    if (ours !== undefined && ('by' in ours || ours.stage === 'run')) return ours;
    const said = await this.#tryToRun(folder);
    return said === undefined ? { by: 'machine' } : (ours ?? { stage: 'none', said });
  }

  async #register(architecture: string, emulator: string, folder: string): Promise<EmulateAnswer> {
    try {
      this.#mounted ??= this.#mount();
      await this.#mounted;
    } catch (error) {
      return { stage: 'mount', said: wordsOf(error) };
    }
    // A short name without colons, whatever the path is: the worker's own folder is where the kernel looks.
    const name = `qemu-${architecture}`;
    symlinkSync(emulator, join(this.#home, name));
    let said = '';
    for (const flags of flagsToTry) {
      try {
        await this.#tell(registration(architecture, name, flags));
      } catch (error) {
        return { stage: 'register', said: (error as Error).message };
      }
      const failed = await this.#tryToRun(folder);
      if (failed === undefined) return { by: 'engine' };
      said = failed;
      writeFileSync(join(this.#home, 'binfmt', name), '-1');
    }
    return { stage: 'run', said };
  }

  /** A program that came just now may still be open for writing in a process that is on its way to become another. */
  async #tell(line: string): Promise<void> {
    for (let left = 50; ; left--) {
      try {
        writeFileSync(join(this.#home, 'binfmt/register'), line);
        return;
      } catch (error) {
        if (errorCode(error) !== 'ETXTBSY' || left === 0) throw error;
        await delay(20);
      }
    }
  }

  async #mount(): Promise<void> {
    const place = join(this.#home, 'binfmt');
    await run(this.#tools.mount, ['-n', '-t', 'binfmt_misc', 'binfmt_misc', place]);
  }

  /** What went wrong; undefined where the program was run and was told its arguments. */
  async #tryToRun(root: string): Promise<string | undefined> {
    const args = ['one', 'two', 'three', 'four'];
    try {
      await run(this.#tools.chroot, [root, '/program', ...args], { timeout: 20_000 });
      return 'it ended with exit code 0';
    } catch (error) {
      const { code } = error as { code?: unknown };
      return code === args.length + 1 ? undefined : wordsOf(error);
    }
  }
}

const run = promisify(execFile);

function wordsOf(error: unknown): string {
  const { stderr = '', code, signal } = error as { stderr?: string; code?: unknown; signal?: unknown };
  const words = stderr.trim().split('\n')[0]!;
  return words === '' ? `it ended with ${String(signal ?? code)}` : words;
}
