import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { canLayDown, copyFolder, type EarlierFiles } from '../../../src/engines/embedded/copy-layer.ts';
import type { FolderEntry } from '../../../src/engines/engine.ts';
import { Failure } from '../../../src/report/failure.ts';

const large = Buffer.alloc(3_000_000, 'large');
const entries: readonly FolderEntry[] = [
  { type: 'folder', path: 'bin' },
  { type: 'file', path: 'bin/run', executable: true, sha256: sha256('run') },
  { type: 'file', path: 'large', executable: false, sha256: sha256(large) },
  { type: 'link', path: 'link', target: '../out' },
];

function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = join(folder, 'source');
  const base = join(folder, 'base');
  mkdirSync(join(source, 'bin'), { recursive: true });
  writeFileSync(join(source, 'bin/run'), 'run', { mode: 0o700 });
  writeFileSync(join(source, 'large'), large, { mode: 0o444 });
  mkdirSync(join(base, 'tmp'), { recursive: true });
  chmodSync(join(base, 'tmp'), 0o1777);
  const input = { kind: 'folder', key: 'k', folder: source, entries } as const;
  const copy = (destination: string, earlier?: EarlierFiles) => {
    const place = { layer: join(folder, 'layer'), below: [base], destination, earlier };
    return copyFolder(input, place, AbortSignal.any([]));
  };
  return { source, base, copy, layer: join(folder, 'layer') };
}

test('a copy holds the same, with modes and times that depend on nothing', async (t) => {
  const { copy, layer } = stage(t);
  await copy('/tmp/src');
  const mode = (path: string) => (lstatSync(join(layer, path)).mode & 0o7777).toString(8);
  assert.deepEqual(['.', 'tmp', 'tmp/src', 'tmp/src/bin'].map(mode), ['755', '1777', '755', '755']);
  assert.deepEqual(['tmp/src/bin/run', 'tmp/src/large'].map(mode), ['755', '644']);
  assert.deepEqual(readFileSync(join(layer, 'tmp/src/large')), large);
  assert.equal(readlinkSync(join(layer, 'tmp/src/link')), '../out');
  for (const { path } of entries) {
    assert.equal(lstatSync(join(layer, 'tmp/src', path)).mtimeMs, 315_532_800_000, path);
  }
});

test('a file that changed since its hash was taken stops the build', async (t) => {
  for (const path of ['bin/run', 'large']) {
    const { copy, source } = stage(t);
    chmodSync(join(source, path), 0o644);
    writeFileSync(join(source, path), path === 'large' ? large.subarray(1) : 'ran');
    await assert.rejects(
      copy('/src'),
      (error) => error instanceof Failure && error.code === 'source-changed',
    );
    rmSync(join(source, path));
  }
  const { copy, source } = stage(t);
  rmSync(join(source, 'bin'), { recursive: true });
  await assert.rejects(copy('/src'), /bin\/run changed while it was being copied/);
});

test('a file that an earlier layer has is not copied again, and one that is gone from there is', async (t) => {
  const { copy, layer, base } = stage(t);
  writeFileSync(join(base, 'kept'), 'run', { mode: 0o755 });
  await copy('/src', ({ path }) => join(base, path === 'bin/run' ? 'kept' : 'gone'));
  assert.equal(lstatSync(join(layer, 'src/bin/run')).ino, lstatSync(join(base, 'kept')).ino);
  assert.deepEqual(readFileSync(join(layer, 'src/large')), large);
});

test('a folder is laid down only where none of the folders on the way belongs to someone or is a link', (t) => {
  const { base } = stage(t);
  symlinkSync('tmp', join(base, 'link'));
  writeFileSync(join(base, 'file'), '');
  const places = ['/src', '/tmp', '/link', '/file', '/tmp/src', '/'];
  assert.deepEqual(
    places.filter((place) => canLayDown([base], place)),
    ['/src', '/tmp'],
  );
});
