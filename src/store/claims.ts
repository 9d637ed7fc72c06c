/**
 * Who is making what, so that two processes on one store don't make the same thing twice. A claim spares work and
 * guards nothing: what is made gets its name by one rename, with a claim or without. That is why it may be simple: a file
 * `claims/NAME` that names its owner, which the owner touches now and then. Its owner is gone when it can be seen to be,
 * or when it hasn't touched the file for a while: killed on a machine that can't be seen from here, or stopped.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ifAny } from '../base/if-any.ts';
import { Failure } from '../report/failure.ts';
import { isAlive, seenFromHere, thisProcess } from './machine.ts';

const TOUCH_EVERY = 4000;
const GIVEN_UP_AFTER = 20_000;
const LOOK_EVERY = 50;

export interface Claim {
  release(): void;
}

export class Claims {
  readonly #folder: string;
  readonly #held = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: string) {
    this.#folder = join(store, 'claims');
  }

  /** Undefined where somebody else is at it: another process, or another part of this one. */
  take(name: string): Claim | undefined {
    const path = join(this.#folder, name);
    try {
      if (!this.#write(path)) {
        if (isHeld(path)) return undefined;
        rmSync(path, { force: true });
        if (!this.#write(path)) return undefined;
      }
    } catch {
      // A full disk, most likely. Whoever does the work will say so better.
      return { release: () => {} };
    }
    this.#held.add(path);
    this.#timer ??= setInterval(() => this.#touch(), TOUCH_EVERY).unref();
    return { release: () => this.#release(path) };
  }

  /** The process that is at it, where it can be seen from here. */
  ownerOf(name: string): number | undefined {
    return seenFromHere(ifAny(() => readFileSync(join(this.#folder, name), 'utf8'), ''));
  }

  /** Waits until nobody is at it any more, however that ended. */
  async released(name: string, signal: AbortSignal): Promise<void> {
    while (isHeld(join(this.#folder, name))) {
      try {
        await delay(LOOK_EVERY, undefined, { signal });
      } catch {
        throw new Failure('canceled', 'stopped while another process was waited for');
      }
    }
  }

  #write(path: string): boolean {
    for (;;) {
      try {
        const file = openSync(path, 'wx', 0o600);
        try {
          writeFileSync(file, thisProcess());
        } catch (error) {
          rmSync(path);
          throw error;
        } finally {
          closeSync(file);
        }
        return true;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') return false;
        if (code !== 'ENOENT') throw error;
        mkdirSync(this.#folder, { recursive: true });
      }
    }
  }

  #touch(): void {
    const now = new Date();
    for (const path of this.#held) {
      try {
        utimesSync(path, now, now);
      } catch {
        // Taken over while this process stood still.
      }
    }
  }

  #release(path: string): void {
    this.#held.delete(path);
    rmSync(path, { force: true });
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function isHeld(path: string): boolean {
  return ifAny(() => {
    if (statSync(path).mtimeMs < Date.now() - GIVEN_UP_AFTER) return false;
    const [owner = '', pid = ''] = readFileSync(path, 'utf8').split(' ');
    // An owner that can't be seen, or hasn't written its name yet, has until it falls silent.
    return isAlive(owner, pid) ?? true;
  }, false);
}
