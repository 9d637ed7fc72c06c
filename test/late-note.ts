import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Removes a store, or what holds one: a note that the disk has caught up may come in late. */
export async function removeWithStore(folder: string): Promise<void> {
  for (let attempts = 100; ; attempts--) {
    try {
      await rm(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempts === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
      await delay(100);
    }
  }
}
