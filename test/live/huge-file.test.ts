import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditBuilt } from '../../src/operations/building/audit-built.ts';
import type { StagedArtifact } from '../../src/operations/building/collect-artifacts.ts';
import { taken } from '../taken-files.ts';

test('a file of five thousand million bytes is told and sent whole, by pieces', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-huge-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 5e9);
  const { stats, bytes } = await taken({ kind: 'root', key: 'huge', open: () => Promise.resolve(folder) });
  assert.deepEqual([stats[0]!.size, bytes.get('huge')], [5e9, 5e9]);
});

test('an artifact that is larger than Node reads at once is told by its hash', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-huge-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const from = join(folder, 'huge');
  writeFileSync(from, '');
  truncateSync(from, 2 ** 31);
  const rule = { kind: 'file' } as StagedArtifact['rule'];
  const [built] = await auditBuilt([{ from, as: 'huge', rule } as StagedArtifact]);
  // As `sha256sum` tells it of so many zeros.
  const expected = 'a7c744c13cc101ed66c29f672f92455547889cc586ce6d44fe76ae824958ea51';
  assert.deepEqual([built!.size, built!.sha256], [2 ** 31, expected]);
});
