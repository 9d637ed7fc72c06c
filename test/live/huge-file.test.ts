import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { taken } from '../taken-files.ts';

test('a file of five thousand million bytes is told and sent whole, by pieces', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-huge-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 5e9);
  const { stats, bytes } = await taken({ kind: 'root', key: 'huge', open: () => Promise.resolve(folder) });
  assert.deepEqual([stats[0]!.size, bytes.get('huge')], [5e9, 5e9]);
});
