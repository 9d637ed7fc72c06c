/** Every fuzzer for a moment, with other damage each time; `npm run fuzz` is the same for longer. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SECONDS = 10;
const folder = fileURLToPath(new URL('../fuzz/', import.meta.url));

for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
  test(`damaged files, ${file.slice(0, -3)}`, { timeout: 120_000 }, (t) => {
    const seed = String(Math.floor(Math.random() * 2 ** 31));
    const run = spawnSync(process.execPath, [join(folder, file), String(SECONDS), seed], {
      encoding: 'utf8',
      timeout: 100_000,
    });
    t.diagnostic(`${run.stdout.trim()}, from seed ${seed}`);
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error?.message ?? ''}`);
  });
}
