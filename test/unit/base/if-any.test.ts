import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ifAny, jsonIfAny, namesIfAny, textIfAny, textIfAnySync } from '../../../src/base/if-any.ts';

test('a machine without a file, or with something else in its place, is one where the file says nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-any-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '{"cut":');
  symlinkSync('circle', join(folder, 'circle'));
  for (const path of ['missing', 'file/below', 'circle', '.']) {
    assert.equal(await textIfAny(join(folder, path)), '', path);
    assert.equal(textIfAnySync(join(folder, path)), '', path);
    assert.equal(jsonIfAny(join(folder, path)), undefined, path);
  }
  assert.deepEqual(namesIfAny(join(folder, 'missing')), []);
  assert.deepEqual(namesIfAny(join(folder, 'file')), []);
  assert.equal(jsonIfAny(join(folder, 'file')), undefined);
});

test('a mistake of ours and a machine that is out of something are no missing file', async () => {
  assert.throws(() => ifAny(() => (undefined as unknown as string).length, 0), TypeError);
  const full = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  const look = (): string => {
    throw full;
  };
  assert.throws(() => ifAny(look, ''), full);
  await assert.rejects(textIfAny('a name with \0'), { code: 'ERR_INVALID_ARG_VALUE' });
});
