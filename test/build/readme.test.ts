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
      ['audit'],
    );
    for (const [, name, block] of shown) {
      const paths = block!.replaceAll('examples/hello/dist/', 'dist/');
      assert.equal(steady(paths, '/nowhere'), read(`test/golden/build/${name}.txt`), name);
    }
  });

  it('has a picture of what the build of the example really answers', () => {
    const told = read('test/golden/build/hello.txt').split('\n');
    const shown = steady(textOf('docs/pictures/build.svg'), '/nowhere').split('\n');
    const artifacts = shown.slice(shown.indexOf('hello 1.0: 2 artifacts') + 1, -1);
    assert.ok(artifacts.length > 10);
    assert.deepEqual(
      artifacts.filter((line) => !told.includes(line)),
      [],
    );
  });

  it('has a picture of a proof in which all is as computed', () => {
    const shown = textOf('docs/pictures/prove.svg');
    assert.match(shown, /^2 artifacts in 4 environments: all as computed$/m);
    assert.match(shown, /^ {2}hello-linux-x64-gnu {3}runs +runs +runs +runs$/m);
  });

  it('names an error page for every code, and no page that does not exist', () => {
    assert.match(readme, /docs\/errors\/README\.md/);
    for (const [, path] of readme.matchAll(/\]\(([^):#]+)\)/g)) assert.ok(read(path!).length > 0, path);
  });
});

function read(path: string): string {
  return readFileSync(new URL(path, repository), 'utf8');
}

/** The lines of a picture of a terminal, without its prompt. */
function textOf(picture: string): string {
  const rows = [...read(picture).matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, row]) =>
    row!
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&gt;', '>')
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&'),
  );
  return rows.slice(1).join('\n');
}
