import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const page = readFileSync(new URL('../../../../docs/packages.md', import.meta.url), 'utf8');

test('the example of docs/packages.md prints what the page says', (t) => {
  const [, example] = /```js\n(.*?)```/s.exec(page)!;
  const [, printed] = /```text\n(.*?)```/s.exec(page)!;
  // In this folder, so that `targetry/packages` is found as the package's own export.
  const file = fileURLToPath(new URL(`example-${process.pid}.mjs`, import.meta.url));
  writeFileSync(file, example!);
  t.after(() => rmSync(file));
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), printed);
});
