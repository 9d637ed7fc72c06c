import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolders } from '../../../src/base/make-folders.ts';

test('folders are made with those above them, and may be there already', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-folders-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await Promise.all([1, 2, 3].map(() => makeFolders(join(folder, 'a/b/c'))));
  await makeFolders(join(folder, 'a/b/c'));
  assert.ok(existsSync(join(folder, 'a/b/c')));
});

test('a file system that takes no folders is an error, not a wait without end', async () => {
  await assert.rejects(makeFolders('/proc/targetry/tmp'), { code: 'ENOENT' });
});
