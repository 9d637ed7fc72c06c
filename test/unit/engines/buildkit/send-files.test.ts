import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../../src/base/sha256.ts';
import { readFolder } from '../../../../src/engines/buildkit/read-folder.ts';
import type { Input } from '../../../../src/engines/engine.ts';
import { Failure } from '../../../../src/report/failure.ts';
import { taken } from '../../../taken-files.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-send-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const failureOf = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === code && pattern.test(error.message);

for (const size of [10, 1_000_000]) {
  test(`a file of ${size} bytes that changes after it was listed is never sent as what it was`, async (t) => {
    const folder = folderOf(t);
    const path = join(folder, 'file');
    const text = 'x'.repeat(size);
    writeFileSync(path, text);
    const input: Input = {
      kind: 'folder',
      key: 'key',
      folder,
      entries: [{ type: 'file', path: 'file', executable: false, sha256: sha256(text) }],
    };
    const again = async (change: () => void, pattern: RegExp, code = 'source-changed') => {
      writeFileSync(path, text);
      await assert.rejects(taken(input, change), failureOf(code, pattern));
    };
    await again(() => appendFileSync(path, 'more'), /file changed while it was being sent/);
    await again(() => truncateSync(path, size - 1), /file changed while it was being sent/);
    await again(() => writeFileSync(path, 'y'.repeat(size)), /file changed while it was being sent/);
    await again(() => rmSync(path), /file vanished while it was being sent/);
    const unreadable = () => {
      rmSync(path);
      mkdirSync(path);
    };
    await again(unreadable, /can't be read: .*file/, 'source-unreadable');
  });
}

test('a file whose name is not in UTF-8 is told, not left out', async (t) => {
  const folder = folderOf(t);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), '');
  await assert.rejects(readFolder(folder), failureOf('source-unreadable', /is not in UTF-8: bad/));
});
