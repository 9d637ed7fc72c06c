import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, constantFrom, property } from 'fast-check';
import { isApkVersionAsked, parseApkDependency } from '../../../src/formats/apk-dependency.ts';
import { beginsWithApkVersion, compareApkVersions, isApkVersion } from '../../../src/formats/apk-version.ts';

/** Checked against the real apk by `test/live/apk.test.ts`. */
const ASCENDING = [
  '0.9',
  '1_alpha',
  '1_beta2',
  '1_rc1',
  '1',
  '1-r0',
  '1-r10',
  '1_p1',
  '1a',
  '1.0.1',
  '1.01',
  '1.1_alpha2',
  '1.1',
  '1.1_git20220219-r2',
  '1.10',
  '2',
  '20220219',
];

test('versions are ordered as apk orders them', () => {
  for (const [i, a] of ASCENDING.entries()) {
    for (const [j, b] of ASCENDING.entries()) {
      assert.equal(Math.sign(compareApkVersions(a, b)), Math.sign(i - j), `${a} and ${b}`);
    }
  }
});

test('the order is one: whatever the versions, turning them round turns the answer round', () => {
  const part = constantFrom('1', '0', '01', '10', 'a', '.', '_rc', '_p', '-r', '~', 'x');
  const version = array(part, { maxLength: 8 }).map((parts) => `1${parts.join('')}`);
  check(
    property(version, version, (a, b) => {
      assert.equal(Math.sign(compareApkVersions(a, b)) + Math.sign(compareApkVersions(b, a)), 0);
    }),
  );
});

test('what is no version is told', () => {
  assert.ok(['1', '1.2.3b_rc1_p20240101-r4', '1.0_git20240101~0a1b2c3-r1'].every(isApkVersion));
  assert.ok(!['1-x', '1_foo', '1 2', '1-r1.2'].some(isApkVersion));
});

test('a version is asked for in each of the ways of apk', () => {
  const right: [string, string | undefined][] = [
    ['a', '1'],
    ['a', undefined],
    ['a=1.2-r3', '1.2-r3'],
    ['a~1.2', '1.2.9-r3'],
    ['a=~1.2', '1.2'],
    ['a<2', '1_rc1'],
    ['a>=1', '1'],
    ['a<~1.2', '1.2.5'],
    ['a><Q1abc', '1'],
    ['!a<2', '1'],
  ];
  const wrong: [string, string | undefined][] = [
    ['a=1', undefined],
    ['a~1.2', '1.20'],
    ['a<2', '2'],
    ['a>1', '1'],
    ['a><Q1xyz', '1'],
  ];
  for (const [spec, version] of right) assert.ok(asked(spec, version), `${spec} and ${version}`);
  for (const [spec, version] of wrong) assert.ok(!asked(spec, version), `${spec} and ${version}`);
  assert.ok(beginsWithApkVersion('1.2.3-r4', '1.2'));
});

test('a tag may stand at the name or at the end', () => {
  assert.deepEqual(parseApkDependency('rust@edge>=1.2')!.tag, 'edge');
  assert.deepEqual(parseApkDependency('rust>=1.2@edge'), {
    name: 'rust',
    operator: '>=',
    version: '1.2',
    isConflict: false,
    tag: 'edge',
  });
  for (const text of ['', '!', '@edge', 'a=', 'a==1=2=', 'a b'])
    assert.equal(parseApkDependency(text), undefined);
});

function asked(spec: string, version: string | undefined): boolean {
  return isApkVersionAsked(parseApkDependency(spec)!, version, 'Q1abc');
}
