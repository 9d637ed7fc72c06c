import { open, mkdir, rename, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Store } from '../store/store.ts';

const longestTail = 1 << 16;
const longestLine = 500;

/** Where the log of a step is, once it has run. */
export function logPath(store: Store, key: string): string {
  return join(store.folder, 'logs', `${key}.log`);
}

/** Everything a step says, kept whole: in a temporary file while the step runs, under the step's key after it. */
export class StepLog {
  readonly #temporary: string;
  readonly #path: string;
  readonly #file: FileHandle;
  #tail: Buffer = Buffer.alloc(0);

  private constructor(temporary: string, path: string, file: FileHandle) {
    this.#temporary = temporary;
    this.#path = path;
    this.#file = file;
  }

  static async start(store: Store, folder: string, key: string): Promise<StepLog> {
    const temporary = join(folder, 'log');
    return new StepLog(temporary, logPath(store, key), await open(temporary, 'wx', 0o600));
  }

  async write(data: Buffer): Promise<void> {
    await this.#file.writeFile(data);
    const tail = data.length >= longestTail ? data : Buffer.concat([this.#tail, data]);
    this.#tail = Buffer.from(tail.subarray(-longestTail));
  }

  /** Names the log, and tells where it is. */
  async keep(): Promise<string> {
    await mkdir(dirname(this.#path), { recursive: true });
    await rename(this.#temporary, this.#path);
    return this.#path;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** The end of it as a person would see it: of a line that was overwritten, what was written last. */
  lastLines(most: number): string[] {
    const lines = this.#tail.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-most).map((line) => {
      const shown = line.replace(/\r$/, '').replace(/^.*\r/, '');
      return shown.length > longestLine ? `${shown.slice(0, longestLine)}…` : shown;
    });
  }
}
