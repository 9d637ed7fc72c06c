import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { steady } from './command-line.ts';

const repository = new URL('../../../', import.meta.url);
const readme = read('README.md');

describe('the README', () => {
  it('shows the example as it is', () => {
    for (const [, path, block] of readme.matchAll(/<!-- file: (.*?) -->\n```\w*\n([^]*?)```/g)) {
      assert.equal(block, read(path!), path);
    }
  });

  it('shows what the commands really answer', () => {
    const shown = [...readme.matchAll(/<!-- output: (.*?) -->\n```\w*\n([^]*?)```/g)];
    assert.deepEqual(
      shown.map(([, name]) => name),
      ['hello', 'prove', 'audit'],
    );
    for (const [, name, block] of shown) {
      const paths = block!.replaceAll('examples/hello/dist/', 'dist/');
      assert.equal(steady(paths, '/nowhere'), read(`test/golden/build/${name}.txt`), name);
    }
  });

  it('names an error page for every code, and no page that does not exist', () => {
    assert.match(readme, /docs\/errors\/README\.md/);
    for (const [, path] of readme.matchAll(/\]\(([^):#]+)\)/g)) assert.ok(read(path!).length > 0, path);
  });
});

function read(path: string): string {
  return readFileSync(new URL(path, repository), 'utf8');
}
