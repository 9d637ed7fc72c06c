import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { RootFiles } from '../../../src/engines/embedded/files-in-root.ts';

/** `path` for a file, `path -> target` for a link. */
function rootWith(t: TestContext, ...entries: readonly string[]): RootFiles {
  const root = mkdtempSync(join(tmpdir(), 'targetry-root-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const entry of entries) {
    const [path, target] = entry.split(' -> ');
    mkdirSync(dirname(join(root, path!)), { recursive: true });
    if (target === undefined) writeFileSync(join(root, path!), '');
    else symlinkSync(target, join(root, path!));
  }
  return new RootFiles(root);
}

function paths(files: RootFiles, pattern: string): string[] {
  return files.find(pattern).map(({ path }) => path);
}

test('patterns match names, and hidden names only when asked', (t) => {
  const files = rootWith(
    t,
    'out/a.whl',
    'out/b.whl',
    'out/.c.whl',
    'out/d.txt',
    'out/sub/e.whl',
    'out/.git/f.whl',
  );
  assert.deepEqual(paths(files, '/out/*.whl'), ['/out/a.whl', '/out/b.whl']);
  assert.deepEqual(paths(files, '/out/.*.whl'), ['/out/.c.whl']);
  assert.deepEqual(paths(files, '/out/[!a].whl'), ['/out/b.whl']);
  assert.deepEqual(paths(files, '/out/?.t?t'), ['/out/d.txt']);
  assert.deepEqual(paths(files, '/**/*.whl'), ['/out/a.whl', '/out/b.whl', '/out/sub/e.whl']);
});

test('a link is followed as the root would follow it', (t) => {
  const files = rootWith(
    t,
    'real/lib.so.1',
    'real/lib.so -> lib.so.1',
    'etc/passwd',
    'src/out -> /real',
    'src/up -> ../../../../etc/passwd',
    'src/loop -> loop',
    'src/gone -> /nowhere',
  );
  assert.deepEqual(paths(files, '/src/out/lib.so*'), ['/src/out/lib.so', '/src/out/lib.so.1']);
  assert.match(files.find('/src/up')[0]!.real, /targetry-root-[^/]+\/etc\/passwd$/);
  assert.deepEqual(paths(files, '/src/{loop,gone}'), []);
  assert.deepEqual(paths(files, '/src/loop'), []);
  assert.deepEqual(paths(files, '/src/gone'), []);
  assert.deepEqual(paths(files, '/src/**/passwd'), []);
});

test('what is missing is answered with what is there', (t) => {
  const files = rootWith(t, 'out/hello', 'out/sub/x');
  assert.deepEqual(files.missing('/out/hallo'), {
    pattern: '/out/hallo',
    folder: '/out',
    entries: ['hello', 'sub'],
    other: undefined,
  });
  assert.equal(files.missing('/out/sub').other, 'a folder');
  assert.equal(files.missing('/no/such/*').folder, '/');
});
