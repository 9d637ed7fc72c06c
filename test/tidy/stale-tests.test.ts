import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

it('a test that was renamed is not run by its old name too, which its compiled file still has', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-stale-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const runner = fileURLToPath(new URL('../../../scripts/test.mjs', import.meta.url));
  write('scripts/bundle.mjs', 'export const writeBundle = () => {};');
  cpSync(runner, join(folder, 'scripts/test.mjs'));
  write('test/unit/base/new.test.ts', '');
  const passing = "import { test } from 'node:test'; test('goes well', () => {});";
  for (const name of ['new', 'old']) write(`build/test/unit/base/${name}.test.js`, passing);
  mkdirSync(join(folder, 'build/test/tidy'));
  write('package.json', '{ "type": "module" }');

  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const { stdout, stderr } = spawnSync(process.execPath, ['scripts/test.mjs', 'unit'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  assert.match(stdout, /^1 passed, 0 failed, 0 skipped$/m, stderr);
});
