/** One scene that every engine plays, and what is to be seen of it, as plain data that can be compared. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { State } from '../../src/graph/index.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';
import type { Scene, SolveOptions } from '../engine-scene.ts';

export interface Play {
  /** What an engine does that plays it well. */
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The same on every engine. */
  play(scene: Scene): Promise<unknown>;
}

/** What one solve told and left: outcomes and output by the names of steps, files with what is in them. */
export async function seen(scene: Scene, states: readonly State[], options: SolveOptions = {}) {
  const shape = new EventShape();
  const { outcomes, output, error } = await scene.solve(states, {
    ...options,
    onEvent: (event) => {
      shape.add(event);
      options.onEvent?.(event);
    },
  });
  shape.check(error !== undefined);
  return {
    outcomes: outcomes
      .filter(([name]) => !ofTheEngine.test(name))
      .map((pair) => pair.join(' '))
      .toSorted(),
    output: Object.fromEntries(output),
    files: filesIn(scene.out),
    error: error === undefined ? undefined : errorSeen(error),
  };
}

/** What it does besides the graph, such as sending a root, has no name in the graph. */
const ofTheEngine = /^[0-9a-f]{64}$/;

export function errorSeen(error: unknown): string {
  if (!(error instanceof Failure)) return String(error);
  const ended = /ended with exit code \d+(?: \(\w+\))?/.exec(error.message)?.[0];
  return [error.code, ended, ...error.excerpt].filter(Boolean).join('\n');
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(entry.parentPath ?? entry.path, entry.name) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const seenAs = ({ entry, path }: (typeof all)[number]) => {
    if (entry.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
    const runs = (statSync(path).mode & 0o111) === 0 ? '' : 'runs: ';
    return `${runs}${readFileSync(path, 'latin1')}`;
  };
  return Object.fromEntries(
    all
      .filter(({ entry }) => !entry.isDirectory())
      .map((file) => [file.path.slice(folder.length), seenAs(file)]),
  );
}

/** What displays count on: a task begins once, prints only while it runs, and ends once. */
class EventShape {
  readonly #running = new Set<string>();
  readonly #ended = new Set<string>();

  add(event: Event): void {
    if (event.type === 'started') {
      assert.ok(!this.#running.has(event.task) && !this.#ended.has(event.task), 'a task began twice');
      this.#running.add(event.task);
    } else if (event.type === 'output') {
      assert.ok(this.#running.has(event.task), 'a task printed while it did not run');
    } else if (event.type === 'finished') {
      assert.ok(!this.#ended.has(event.task), 'a task ended twice');
      assert.ok(this.#running.has(event.task) || event.outcome !== 'failed', 'a task failed that never ran');
      this.#running.delete(event.task);
      this.#ended.add(event.task);
    }
  }

  check(failed: boolean): void {
    if (!failed) assert.deepEqual([...this.#running], [], 'tasks began and never ended');
  }
}
