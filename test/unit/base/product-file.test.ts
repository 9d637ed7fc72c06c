import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

it('a bundle that was taken out of its package says what it lacks', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-alone-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const alone = join(folder, 'product-file.mjs');
  copyFileSync(fileURLToPath(new URL('../../../src/base/product-file.js', import.meta.url)), alone);
  await assert.rejects(import(pathToFileURL(alone).href), (error: Error) =>
    error.message.includes(`package.json is not above ${folder}: install the package whole`),
  );
});
