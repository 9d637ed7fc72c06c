/** What the pages about parts of the package tell to write prints what they say. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

for (const page of ['graph', 'packages']) {
  test(`the example of docs/${page}.md prints what the page says`, (t) => {
    const text = readFileSync(new URL(`../../../../docs/${page}.md`, import.meta.url), 'utf8');
    const [, example] = /```js\n(.*?)```/s.exec(text)!;
    const [, printed] = /```text\n(.*?)```/s.exec(text)!;
    // In this folder, so that `targetry/graph` is found as the package's own export.
    const file = fileURLToPath(new URL(`example-${page}-${process.pid}.mjs`, import.meta.url));
    writeFileSync(file, example!);
    t.after(() => rmSync(file));
    assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), printed);
  });
}
