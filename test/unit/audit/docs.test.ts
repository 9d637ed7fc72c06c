import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { glibcAddon, muslAddon, temporary } from '../../audited.ts';
import { npm } from '../../packages.ts';
import { program } from '../../program.ts';

const page = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');

/** What the page audits: a package with an addon for each libc, of which one has a wrong name. */
const folder = temporary({
  'dist/addon.tgz': npm({ name: 'addon', os: ['linux'] }, [
    { path: 'prebuilds/linux-x64/addon.glibc.node', bytes: glibcAddon('2.28', 'fcntl64') },
    { path: 'prebuilds/linux-arm64/addon.musl.node', bytes: muslAddon },
  ]),
});

test('the commands of docs/audit.md print what the page says', () => {
  const shown = [...page.matchAll(/```console\n\$ targetry (.*)\n([^]*?)```/g)];
  assert.ok(shown.length > 0);
  for (const [, args, printed] of shown) {
    const { stdout } = spawnSync(process.execPath, [program, ...args!.split(' ')], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(stdout, printed);
  }
});

test('the example of docs/audit.md prints what the page says', (t) => {
  const [, example] = /```js\n(.*?)```/s.exec(page)!;
  const [, printed] = /```text\n(.*?)```/s.exec(page)!;
  // In this folder, so that `targetry/audit` is found as the package's own export.
  const file = fileURLToPath(new URL(`example-${process.pid}.mjs`, import.meta.url));
  writeFileSync(file, example!);
  t.after(() => rmSync(file));
  assert.equal(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }), printed);
});
