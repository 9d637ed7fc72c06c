/**
 * What the disk is known to have kept. Nothing in the store waits for the disk: a kill of any process loses nothing, and
 * a crash of the machine may. So an entry tells when it was made, and after another boot it is believed only where the
 * disk had been told to catch up since. `settle` tells it, beside everything else and also when this process has ended.
 *
 * A folder carries a note of its boot. A blob has only its time, which is held against the spans of the boots that
 * settled; one that falls through is not thrown away but hashed again, so a clock that jumps costs nothing else.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jsonIfAny, namesIfAny } from '../base/if-any.ts';
import { bootId, bootTime } from './machine.ts';

/** In `records/settled/BOOT.json`; milliseconds since 1970. */
interface Span {
  readonly since: number;
  readonly until: number;
}

export class Boots {
  readonly current = bootId();
  readonly #since = bootTime();
  readonly #store: string;
  #settled: ReadonlyMap<string, Span> | undefined;

  constructor(store: string) {
    this.#store = store;
  }

  /** Whether what was made under that boot, at that time, is on the disk as it was made. */
  keeps(boot: string, at: number): boolean {
    if (boot === this.current) return true;
    const span = this.#spans().get(boot);
    return span !== undefined && at <= span.until;
  }

  /** The same by the time alone. */
  keepsFrom(at: number): boolean {
    if (at >= this.#since && at <= Date.now() + 1000) return true;
    return [...this.#spans().values()].some(({ since, until }) => since <= at && at <= until);
  }

  settle(): void {
    const note = JSON.stringify({ since: this.#since, until: Date.now() } satisfies Span);
    const early = join(this.#folder, `.${randomUUID()}`);
    try {
      // Before the disk is asked, which takes long: a store that is removed meanwhile must not come back.
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(early, note);
    } catch {
      // Where nothing can be written, nothing has settled: what is here is checked again after the next boot.
      return;
    }
    const script = 'sync -f "$1" && mv "$2" "$3" || rm -f "$2"';
    const words = [this.#store, early, join(this.#folder, `${this.current}.json`)];
    const child = spawn('sh', ['-c', script, 'sh', ...words], { detached: true, stdio: 'ignore' });
    child.on('error', () => {});
    child.unref();
  }

  get #folder(): string {
    return join(this.#store, 'records', 'settled');
  }

  /** Of other boots, so what is read once stays true. */
  #spans(): ReadonlyMap<string, Span> {
    return (this.#settled ??= readSpans(this.#folder));
  }
}

function readSpans(folder: string): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (const name of namesIfAny(folder).filter((one) => one.endsWith('.json'))) {
    const span = jsonIfAny(join(folder, name)) as Span | undefined;
    // Of a note that the disk lost, the boot has not settled.
    if (span !== undefined) spans.set(basename(name, '.json'), span);
  }
  return spans;
}
