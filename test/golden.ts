import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../test/golden/', import.meta.url);

/** Holds text against `test/golden/<name>`; `UPDATE_GOLDEN=1` writes what is new or has changed. */
export function golden(name: string, text: string): void {
  const file = fileURLToPath(new URL(name, folder));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.ok(
    existsSync(file),
    `there is no test/golden/${name} yet: write it with UPDATE_GOLDEN=1, and read it`,
  );
  assert.equal(
    text,
    readFileSync(file, 'utf8'),
    `test/golden/${name} differs: if this is meant, UPDATE_GOLDEN=1`,
  );
}
