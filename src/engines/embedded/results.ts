/**
 * What steps and copies left behind, in the store: `snapshots/KEY/` holds the layer in `fs/`, and in `result.json` with
 * which ids it was made, because a layer that another user's engine made has other owners inside. Overlays are mounted
 * `volatile`: nothing waits for the disk, and the store tells what a crash of the machine may have spoiled.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonIfAny } from '../../base/if-any.ts';
import { sha256OfValue } from '../../base/sha256.ts';
import type { Store } from '../../store/store.ts';

interface Note {
  readonly ids: string;
  /** The emulator that ran the step, by its sha256. In a note, never in a key: it changes nothing of the result. */
  readonly emulator?: string | undefined;
}

export class Results {
  readonly #store: Store;
  readonly #ids: string;
  /** What the notes say that were read, by key: one is read for each step of a build with nothing to do. */
  readonly #emulators = new Map<string, string | undefined>();

  constructor(store: Store, ids: string) {
    this.#store = store;
    this.#ids = ids;
  }

  /** The layer's folder, where there is one to be believed. */
  layer(key: string): string | undefined {
    if (!this.#store.hasFolder('snapshots', key)) return undefined;
    const folder = this.#store.folderPath('snapshots', key);
    const note = jsonIfAny(join(folder, 'result.json')) as Note | undefined;
    if (note?.ids !== this.#ids) return undefined;
    this.#emulators.set(key, note.emulator);
    return join(folder, 'fs');
  }

  /** Of a layer that was found or kept. */
  emulatorOf(key: string): string | undefined {
    return this.#emulators.get(key);
  }

  /** As `keep`, but the newer one counts. */
  async replace(result: string, key: string): Promise<void> {
    if (this.#store.hasFolder('snapshots', key)) await this.#store.dropFolder('snapshots', key);
    await this.keep(result, key);
  }

  /** Gives `result`, which holds the layer as `fs`, its name. Who comes second uses what is there. */
  async keep(result: string, key: string, emulator?: string): Promise<string> {
    const other = this.layer(key);
    if (other !== undefined) return other;
    writeFileSync(join(result, 'result.json'), JSON.stringify({ ids: this.#ids, emulator } satisfies Note));
    this.#emulators.set(key, emulator);
    // One of other ids would be taken for ours; so it makes room, also where it is whole.
    if (this.#store.hasFolder('snapshots', key)) await this.#store.dropFolder('snapshots', key);
    return join(await this.#store.adoptFolder(result, 'snapshots', key), 'fs');
  }
}

/** Names what a step that failed left behind, which is no result of it. */
export function failedKey(key: string): string {
  return sha256OfValue({ failed: key });
}
