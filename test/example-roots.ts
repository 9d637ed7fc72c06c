/** The example environments, locked now so that the mirror has every package, in two folders with a store each. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockProject } from '../src/operations/lock.ts';
import { writeRootfs, type RootfsResult } from '../src/operations/rootfs.ts';
import type { Context } from '../src/report/context.ts';
import { Failure } from '../src/report/failure.ts';
import { removeWithStore } from './late-note.ts';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const RELEASES = ['bookworm', 'trixie'];

export class ExampleRoots {
  top = '';
  readonly #seconds: string[] = [];
  #rounds = 0;
  readonly #leaving: Promise<void>[] = [];
  #unreachable: string | undefined;

  /** For the suite that this is called in. */
  constructor() {
    before(() => this.#lock());
    after(async () => {
      await Promise.all(this.#leaving);
      await removeWithStore(this.top);
      console.log(this.#seconds.join('\n'));
    });
  }

  async #lock(): Promise<void> {
    this.top = mkdtempSync(join(tmpdir(), 'targetry-live-rootfs-'));
    for (const place of ['one', 'two']) mkdirSync(join(this.top, place));
    copyFileSync(
      join(repository, 'examples/environments/targetry.yaml'),
      join(this.top, 'one/targetry.yaml'),
    );
    try {
      await lockProject(this.context('one'), { environments: [], update: false });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
      this.#unreachable = error.message;
      return;
    }
    for (const file of ['targetry.yaml', 'targetry.lock'])
      copyFileSync(join(this.top, 'one', file), join(this.top, 'two', file));
  }

  context(place: string): Context {
    return {
      cwd: join(this.top, place),
      env: process.env,
      store: join(this.top, `${place}-store-${this.#rounds}`),
      emit: () => {},
      signal: new AbortController().signal,
    };
  }

  test(name: string, work: (t: TestContext) => void | Promise<void>): void {
    it(name, (t) => (this.#unreachable === undefined ? work(t) : t.skip(this.#unreachable)));
  }

  /** What is of no use for the next root: the packages of each CPU are its own, and a disk may be small. */
  emptyStores(): void {
    const stores = ['one', 'two'].map((place) => this.context(place).store);
    // A note that the last command sent to the disk may still come into the old ones.
    this.#rounds++;
    // Nobody waits for it: files that are on their way to the disk take long to remove.
    this.#leaving.push(...stores.map(removeWithStore));
  }

  /** Those that came down for the last root, which others than our two stores have a use for. */
  keepPackages(release: string): void {
    linkPackages(this.context('one').store, this.packagesOf(release));
  }

  /** A store that has nothing else. */
  packagesOf(release: string): string {
    return join(this.top, `${release}-packages`);
  }

  /** As a tar. */
  async write(place: 'one' | 'two', environment: string, arch: string): Promise<RootfsResult> {
    const start = performance.now();
    const output = join(this.top, place, `${environment}.tar`);
    // It is to unpack them anew; bytes of a known hash need not come down twice.
    if (place === 'two') linkPackages(this.context('one').store, this.context(place).store);
    const result = await writeRootfs(this.context(place), { environment, arch, output });
    const time = ((performance.now() - start) / 1000).toFixed(1);
    this.#seconds.push(`${environment} ${arch} from ${place}: ${time} s`);
    return result;
  }
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  execFileSync('cp', ['-al', join(from, 'blobs'), to]);
}

/** A machine on which the roots of x64 can be entered. */
export function whyNotHere(): string | false {
  if (process.geteuid?.() !== 0) return 'a chroot needs root';
  return process.arch === 'x64' ? false : 'needs a machine of x64';
}
