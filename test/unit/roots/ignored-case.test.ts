import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { caseClashes, ignoresCase } from '../../../src/roots/ignored-case.ts';
import { RootTree } from '../../../src/roots/root-tree.ts';

test('headers of the kernel that only capitals tell apart are found, all but the first', () => {
  const tree = new RootTree(0);
  for (const name of ['xt_MARK.h', 'xt_mark.h', 'xt_tcpudp.h'])
    tree.write(`usr/include/${name}`, '', { owner: 'linux' });
  assert.deepEqual(caseClashes(tree), ['usr/include/xt_mark.h']);
});

test('whether a file system ignores case is tried where the folder will be, and nothing is left of it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-case-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(ignoresCase(join(folder, 'not/there/yet')), process.platform === 'darwin');
  assert.deepEqual(readdirSync(folder), []);
});
