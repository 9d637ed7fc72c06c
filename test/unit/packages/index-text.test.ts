import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, property, record } from 'fast-check';
import { FirstMentions } from '../../../src/packages/deb/first-mentions.ts';
import { PackageIndex } from '../../../src/packages/deb/package-index.ts';
import { DebUniverse } from '../../../src/packages/deb/universe.ts';
import { Failure } from '../../../src/report/failure.ts';

function paragraph(name: string, fields = '', version = '1'): string {
  const end = `Filename: ./pool/${name}.deb\nSize: 5\nSHA256: ${'A'.repeat(64)}\n`;
  return `Package: ${name}\nVersion: ${version}\nArchitecture: all\n${fields}${end}`;
}

function indexOf(...paragraphs: string[]): PackageIndex {
  return new PackageIndex(paragraphs.join('\n'), 'debian sid main');
}

test('a paragraph becomes a package', () => {
  const fields =
    'Priority: required\nEssential: yes\nMulti-Arch: foreign\nPre-Depends: b\nDepends: c,\n d | e\n';
  const [found] = indexOf(paragraph('a', fields)).versions('a');
  assert.ok(found !== undefined);
  const { name, version, arch, repository, path, size, sha256, essential, multiArch, priority } = found;
  assert.deepEqual(
    [name, version, arch, repository, path, size],
    ['a', '1', 'all', 'debian sid main', 'pool/a.deb', 5],
  );
  assert.deepEqual([sha256, essential, multiArch, priority], ['a'.repeat(64), true, 'foreign', 1]);
  assert.deepEqual(
    found.depends.map((group) => group.map((one) => one.name)),
    [['b'], ['c'], ['d', 'e']],
  );
});

test('names, providers and essentials are found wherever they stand', () => {
  const index = new PackageIndex(
    `\n\n${paragraph('a', 'Provides: v (= 2), w\n')}\n\n\nPriority: extra\n${paragraph('b', 'Provides: v\n')}\n${paragraph('a', 'Essential: yes\n', '2')}`,
    'test main',
  );
  assert.equal(index.size, 3);
  assert.deepEqual([...index.names()], ['a', 'b']);
  assert.deepEqual(
    index.versions('a').map((one) => one.version),
    ['1', '2'],
  );
  assert.equal(index.versions('b')[0]!.priority, 5);
  assert.deepEqual(
    index.providers('v').map((one) => one.name),
    ['a', 'b'],
  );
  assert.deepEqual(
    index.essential().map((one) => one.version),
    ['2'],
  );
  assert.deepEqual([index.versions('c'), index.providers('c')], [[], []]);
});

test('the words of a description are nobody’s names', () => {
  const text = paragraph('a', 'Description: a tool\n Package: ghost\n .\n Provides: spirits\n');
  const index = indexOf(text, paragraph('b'));
  assert.deepEqual([...index.names()], ['a', 'b']);
  assert.deepEqual(index.providers('spirits'), []);
  assert.equal(index.firstMention('spirits'), Infinity);
});

test('what an index lacks or garbles is a failure that names it', () => {
  const check = (text: string, why: RegExp) => {
    assert.throws(
      () => indexOf(text).versions('a')[0]!.depends,
      (error: unknown) => error instanceof Failure && error.code === 'index-invalid' && why.test(error.why!),
    );
  };
  check(paragraph('a').replace(/^Filename.*\n/m, ''), /a has no Filename/);
  check(paragraph('a').replace(/Size: 5/, 'Size: five'), /the size or the SHA256 of a/);
  check(paragraph('a').replace(/A{64}/, 'A'), /the size or the SHA256 of a/);
  check(paragraph('a', 'Depends: b (more or less 3)\n'), /Depends of a: .*more or less/);
});

test('several indexes are one: the highest version first, the first of equals', () => {
  const release = new PackageIndex(paragraph('a') + '\n' + paragraph('b'), 'release');
  const security = new PackageIndex(paragraph('a', '', '2') + '\n' + paragraph('b'), 'security');
  const universe = new DebUniverse([release, security].map((index) => ({ index, priority: 500 })));
  assert.deepEqual(
    ['a', 'b'].map((name) => universe.versions(name).map((one) => `${one.version} ${one.repository}`)),
    [['2 security', '1 release'], ['1 release']],
  );
});

test('the order of first mentions is the same by search and by the pass over everything', () => {
  const name = constantFrom('a', 'b', 'lib', 'lib-a', 'a-lib', 'x++');
  const field = constantFrom('Depends', 'Provides', 'Suggests', 'Pre-Depends', 'Replaces', 'Description');
  const relation = constantFrom(' ', ', ', ' | ', ':any, ', ' (>= 1), ');
  const line = record({ field, names: array(record({ name, relation }), { minLength: 1, maxLength: 4 }) });
  assertProperty(
    property(
      array(record({ name, lines: array(line, { maxLength: 4 }) }), { minLength: 1, maxLength: 6 }),
      (packages) => {
        const texts = packages.map(({ name, lines }) => {
          const fields = new Map(
            lines.map((one) => [one.field, one.names.map((two) => two.name + two.relation).join('')]),
          );
          return paragraph(name, [...fields].map(([key, value]) => `${key}: ${value}\n`).join(''));
        });
        const text = texts.join('\n');
        const starts = texts.map((_, index) => texts.slice(0, index).join('\n').length + (index > 0 ? 1 : 0));
        const slow = new FirstMentions(text, starts);
        // Once more names are asked for than are worth a search each, all are read.
        for (let times = 0; times < 20; times++) slow.find('nothing', undefined);
        for (const wanted of ['a', 'b', 'lib', 'lib-a', 'a-lib', 'x++']) {
          const own = packages.findIndex((one) => one.name === wanted);
          const quick = new FirstMentions(text, starts);
          assert.equal(quick.find(wanted, own < 0 ? undefined : own), slow.find(wanted, undefined), wanted);
        }
      },
    ),
  );
});
