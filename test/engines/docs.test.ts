import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BuildKitClient } from '../../src/engines/buildkit/index.ts';
import { noScene, Scene } from '../engine-scene.ts';
import { daemonFor } from './daemons.ts';

const page = readFileSync(new URL('../../../docs/buildkit.md', import.meta.url), 'utf8');

test('the example of docs/buildkit.md does what the page says', { skip: noScene }, async (t) => {
  const daemon = await daemonFor(t, 'newest');
  if (daemon === undefined) return;
  const { rootFolder } = await Scene.make(t);
  const cwd = mkdtempSync(join(tmpdir(), 'targetry-example-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, 'project'));
  writeFileSync(join(cwd, 'project/name'), 'fruits');
  writeFileSync(join(cwd, 'project/list'), 'apple\npear\nplum\n');

  const [, example] = /```js\n(.*?)```/s.exec(page)!;
  const [, printed] = /```text\n(.*?)```/s.exec(page)!;
  // In this folder, so that `targetry/buildkit` is found as the package's own export.
  const file = fileURLToPath(new URL(`example-${process.pid}.mjs`, import.meta.url));
  writeFileSync(file, example!);
  t.after(() => rmSync(file));
  const args = [file, daemon.address, rootFolder, 'project'];
  assert.equal(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }), printed);
  assert.equal(readFileSync(join(cwd, 'out/src/count'), 'utf8'), '3\n');

  const facts = await new BuildKitClient({ address: daemon.address, store: join(cwd, 'logs') }).inspect();
  assert.ok(facts.workers.some(({ cpus }) => cpus.includes('amd64')));
});
