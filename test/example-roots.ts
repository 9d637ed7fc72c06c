/** The example environments, locked now so that the mirror has every package, with a store of their own. */
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
    mkdirSync(this.project);
    copyFileSync(
      join(repository, 'examples/environments/targetry.yaml'),
      join(this.project, 'targetry.yaml'),
    );
    try {
      await lockProject(this.context(), { environments: [], update: false });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
      this.#unreachable = error.message;
    }
  }

  get project(): string {
    return join(this.top, 'project');
  }

  context(): Context {
    return {
      cwd: this.project,
      env: process.env,
      store: join(this.top, `store-${this.#rounds}`),
      emit: () => {},
      signal: new AbortController().signal,
    };
  }

  test(name: string, work: (t: TestContext) => void | Promise<void>): void {
    it(name, (t) => (this.#unreachable === undefined ? work(t) : t.skip(this.#unreachable)));
  }

  /** What is of no use for the next root: each release has its own packages, and a disk may be small. */
  emptyStore(): void {
    const { store } = this.context();
    // A note that the last command sent to the disk may still come into the old one.
    this.#rounds++;
    // Nobody waits for it: files that are on their way to the disk take long to remove.
    this.#leaving.push(removeWithStore(store));
  }

  /** Those that have come down for this release, which others than our store have a use for. */
  keepPackages(release: string): void {
    const store = this.packagesOf(release);
    mkdirSync(store, { mode: 0o700 });
    execFileSync('cp', ['-al', join(this.context().store, 'blobs'), store]);
  }

  /** A store that has nothing else. */
  packagesOf(release: string): string {
    return join(this.top, `${release}-packages`);
  }

  /** As a tar. */
  async write(environment: string, arch: string): Promise<RootfsResult> {
    const start = performance.now();
    const output = join(this.project, `${environment}.tar`);
    const result = await writeRootfs(this.context(), { environment, arch, output });
    const time = ((performance.now() - start) / 1000).toFixed(1);
    this.#seconds.push(`${environment} ${arch}: ${time} s`);
    return result;
  }
}

/** A machine on which the roots of x64 can be entered. */
export function whyNotHere(): string | false {
  if (process.geteuid?.() !== 0) return 'a chroot needs root';
  return process.arch === 'x64' ? false : 'needs a machine of x64';
}
