import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goEnvironment, goFlags } from '../engines/go-programs.ts';

const root = new URL('../../../', import.meta.url);

test("the stored vectors are what BuildKit's Go client writes", (t) => {
  const cwd = fileURLToPath(new URL('test/oracle/llb/', root));
  const download = spawnSync('go', ['mod', 'download'], { cwd, encoding: 'utf8' });
  if (download.error) return t.skip('go is not installed');
  if (download.status !== 0) return t.skip(`go can't get its modules: ${download.stderr.trim()}`);
  const env = goEnvironment;
  const { stdout, stderr, status } = spawnSync('go', ['run', ...goFlags.quickly, '.'], {
    cwd,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const stored = readFileSync(new URL('test/unit/graph/vectors.json', root), 'utf8');
  assert.deepEqual(JSON.parse(stdout), JSON.parse(stored));
});
