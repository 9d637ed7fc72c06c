import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import { lockJson } from '../../../src/lock/json.ts';
import type { Lock, LockedEnvironment } from '../../../src/lock/lock.ts';
import { parseLock, readLock } from '../../../src/lock/read.ts';
import { findLocked, inputsOf, type LockRequest } from '../../../src/lock/request.ts';
import { writeLock } from '../../../src/lock/write.ts';
import { Failure } from '../../../src/report/failure.ts';

const request: LockRequest = {
  name: 'debian-11',
  role: 'environment',
  distro: 'debian',
  release: 'bullseye',
  from: undefined,
  path: undefined,
  arch: 'amd64',
  packages: [{ spec: 'gcc' }, { spec: '-emacs' }],
  recommends: false,
  repositories: [],
  users: [],
  tools: { npm: [], pypi: [] },
};

const environment: LockedEnvironment = {
  name: 'debian-11',
  role: 'environment',
  distro: 'debian',
  release: 'bullseye',
  arch: 'amd64',
  inputs: inputsOf(request),
  asked: [],
  users: [],
  layers: [],
  tools: [],
  repositories: [
    { name: 'debian bullseye', date: '2025-08-09T09:16:30Z', release: 'a'.repeat(64), key: 'ABCD' },
    {
      name: 'debian bullseye-security',
      date: '2026-09-12T09:27:08Z',
      release: 'b'.repeat(64),
      key: 'EF01',
      tag: 'edge',
      expiredAllowed: true,
    },
  ],
  packages: [
    {
      name: 'gcc',
      version: '4:10.2.1-1',
      arch: 'amd64',
      repository: 'debian bullseye main',
      path: 'pool/main/g/gcc-defaults/gcc_10.2.1-1_amd64.deb',
      size: 5208,
      sha256: 'c'.repeat(64),
    },
  ],
};
const arm: LockedEnvironment = { ...environment, arch: 'arm64' };
const lock: Lock = { environments: [environment, arm] };
const text = writeLock(lock);

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  return assert.fail('it should have failed');
}

test('a lock is read as it was written, and is YAML for everyone else', () => {
  assert.deepEqual(parseLock(text, 'targetry.lock'), lock);
  const empty = { asked: [], users: [], layers: [], tools: [] };
  const read = parseYaml(text) as Lock & { readonly schema: number };
  assert.deepEqual(
    { ...read, environments: read.environments.map((one) => ({ ...one, ...empty })) },
    { schema: 1, ...lock },
  );
});

test('the order in which environments were solved makes no difference to the text', () => {
  assert.equal(writeLock({ environments: [arm, environment] }), text);
});

test('each package is one line, so that two branches that add different ones merge', () => {
  const lines = text.split('\n').filter((line) => line.includes('"gcc"'));
  assert.equal(lines.length, lock.environments.length);
  assert.match(lines[0]!, /^ {6}- \{"name": "gcc", "version": "4:10\.2\.1-1", .*\}$/);
});

test('no lock is no error', async () => {
  assert.equal(await readLock(join('/nowhere', 'targetry.lock')), undefined);
});

test('a newer lock is told from a broken one', () => {
  const newer = failureOf(() => parseLock(text.replace('schema: 1', 'schema: 2'), 'targetry.lock'));
  assert.equal(newer.code, 'lock-newer');
  assert.equal(newer.exit, 2);
});

test('an unfinished merge is named as such', () => {
  const merged = text.replace('    packages:', '<<<<<<< HEAD\n    packages:');
  assert.equal(failureOf(() => parseLock(merged, 'targetry.lock')).code, 'lock-merge');
});

for (const [title, change, message, line] of [
  ['a cut off end', (whole: string) => whole.slice(0, -20), /the line is not whole/, 14],
  [
    'a field that is missing',
    (whole: string) => whole.replace(/^ {4}release: .*\n/m, ''),
    /" {4}release: …" was expected/,
    7,
  ],
  [
    'another role',
    (whole: string) => whole.replace('role: environment', 'role: emperor'),
    /"emperor" is not a role/,
    5,
  ],
  ['a hash that is none', (whole: string) => whole.replace('c'.repeat(64), 'c'), /the sha256 is not one/, 14],
  ['a size that is none', (whole: string) => whole.replace('5208', '-1'), /the size is not one/, 14],
  [
    'a path out of the archive',
    (whole: string) => whole.replace('pool/main/g', 'pool/../../g'),
    /leaves/,
    14,
  ],
  [
    'something unknown',
    (whole: string) => whole.replace('"size"', '"by": "me", "size"'),
    /"by" is not known/,
    14,
  ],
  ['something after its end', (whole: string) => `${whole}\nmore: 1\n`, /should end here/, 15],
  ['nothing in it', () => '', /"schema: …" was expected/, 1],
] as const) {
  test(`a lock with ${title} is refused at its line`, () => {
    const failure = failureOf(() =>
      parseLock(change(writeLock({ environments: [environment] })), 'targetry.lock'),
    );
    assert.equal(failure.code, 'lock-unreadable');
    assert.match(failure.message, message);
    assert.deepEqual([failure.at!.file, failure.at!.line], ['targetry.lock', line]);
  });
}

test('a section is found by name, role, CPU and what it was made from', () => {
  assert.equal(findLocked(lock, request), environment);
  assert.equal(findLocked(lock, { ...request, arch: 'riscv64' }), undefined);
  assert.equal(findLocked(undefined, request), undefined);
  const changes: Partial<LockRequest>[] = [
    { packages: [{ spec: '-emacs' }, { spec: 'gcc' }] },
    { packages: [{ spec: 'gcc' }] },
    { recommends: true },
    { release: 'bookworm' },
    { users: ['build'] },
    { tools: { npm: [{ spec: 'pnpm@10.20.0' }], pypi: [] } },
    { distro: 'rootfs', release: '-', from: 'vendor/root.tar' },
  ];
  for (const change of changes) assert.equal(findLocked(lock, { ...request, ...change }), undefined);
});

test('lists that most environments do not have are written and read where they are there', () => {
  const hash = { size: 3, sha256: 'd'.repeat(64) };
  const full: LockedEnvironment = {
    ...environment,
    distro: 'apk',
    release: '-',
    asked: ['gcc>13', '!bash'],
    users: ['build'],
    layers: [{ source: 'image', ...hash }],
    tools: [{ source: 'npm', name: '@x/y', version: '1.0.0', file: 'y-1.0.0.tgz', ...hash }],
  };
  const written = writeLock({ environments: [full] });
  assert.deepEqual(parseLock(written, 'targetry.lock').environments, [full]);
  assert.doesNotMatch(text, /asked|users|layers|tools/);
});

test('where a package is written in targetry.yaml is not part of what a section was made from', () => {
  const at = { file: 'targetry.yaml', line: 3, column: 5, length: 3, text: '    gcc' };
  const packages = request.packages.map(({ spec }) => ({ spec, at }));
  assert.equal(findLocked(lock, { ...request, packages }), environment);
});

test('the JSON document has the shape that CONFIG promises', () => {
  assert.deepEqual(lockJson({ environments: [environment] }), {
    schema: 'targetry.lock/1',
    environments: [
      {
        name: 'debian-11',
        role: 'environment',
        arch: 'amd64',
        packages: [
          {
            name: 'gcc',
            version: '4:10.2.1-1',
            arch: 'amd64',
            repository: 'debian bullseye main',
            sha256: 'c'.repeat(64),
          },
        ],
      },
    ],
  });
});
