import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkLock } from '../../../src/operations/lock.ts';

const examples = fileURLToPath(new URL('../../../../examples', import.meta.url));

for (const name of readdirSync(examples).filter((one) => existsSync(join(examples, one, 'targetry.lock')))) {
  test(`examples/${name}: the lock fits the file, so that whoever clones it gets what is locked`, async () => {
    const { signal } = new AbortController();
    const context = { cwd: join(examples, name), env: {}, store: '/nowhere', emit: () => {}, signal };
    const { outdated, unused } = await checkLock(context, { environments: [], update: false });
    // A machine of another CPU than those of the authors would lock an emulator for itself.
    const missing = outdated.filter(({ request }) => request.role !== 'tool' || process.arch === 'x64');
    assert.deepEqual([missing, unused], [[], []]);
  });
}
