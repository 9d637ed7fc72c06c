/**
 * What steps and copies left behind, in the store: `snapshots/KEY/` holds the layer in `fs/` and a note in
 * `result.json`; both get their name by one rename.
 *
 * Overlays are mounted `volatile`: nothing waits for the disk, and a kill of any process loses nothing. A crash of the
 * machine may: so a note says under which boot its layer was made, and after another boot it is believed only where
 * the disk had been told to catch up since (`settle`). A note also says with which ids it was made, because a layer
 * that another user's engine made has other owners inside.
 */
import { spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree, type Store } from '../../store/store.ts';

interface Note {
  readonly ids: string;
  readonly boot: string;
  /** Milliseconds since 1970. In a note, never in a key. */
  readonly at: number;
}

export class Results {
  readonly #store: Store;
  readonly #ids: string;
  readonly #boot: string;

  constructor(store: Store, ids: string) {
    this.#store = store;
    this.#ids = ids;
    this.#boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  }

  /** The layer's folder, where there is one to be believed. */
  layer(key: string): string | undefined {
    const folder = this.#store.folderPath('snapshots', key);
    const note = readJson(join(folder, 'result.json')) as Note | undefined;
    return note !== undefined && this.#believes(note) ? join(folder, 'fs') : undefined;
  }

  /** Gives `result`, which holds the layer as `fs`, its name. Who comes second uses what is there. */
  async keep(result: string, key: string): Promise<string> {
    const other = this.layer(key);
    if (other !== undefined) return other;
    const note: Note = { ids: this.#ids, boot: this.#boot, at: Date.now() };
    writeFileSync(join(result, 'result.json'), JSON.stringify(note));
    const folder = this.#store.folderPath('snapshots', key);
    if (this.#store.hasFolder('snapshots', key)) {
      const aside = await this.#store.temporaryFolder();
      renameSync(folder, join(aside, 'disbelieved'));
      await removeTree(aside).catch(() => {});
    }
    await this.#store.adoptFolder(result, 'snapshots', key);
    return join(folder, 'fs');
  }

  /** Has the disk catch up, beside everything else and also when this process has ended, and takes a note of it. */
  settle(sh: string): void {
    const folder = join(this.#store.folder, 'records', 'settled');
    const note = JSON.stringify({ until: Date.now() });
    const script = 'sync -f "$1" && mkdir -p "$2" && echo "$3" >"$2/.$$" && mv "$2/.$$" "$2/$4.json"';
    const child = spawn(sh, ['-c', script, 'sh', this.#store.folder, folder, note, this.#boot], {
      detached: true,
      stdio: 'ignore',
    });
    child.on('error', () => {});
    child.unref();
  }

  #believes({ ids, boot, at }: Note): boolean {
    if (ids !== this.#ids) return false;
    if (boot === this.#boot) return true;
    const path = join(this.#store.folder, 'records', 'settled', `${boot}.json`);
    const settled = readJson(path) as { readonly until: number } | undefined;
    return settled !== undefined && at <= settled.until;
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
