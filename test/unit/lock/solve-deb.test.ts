import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { parseLock } from '../../../src/lock/read.ts';
import type { LockRequest } from '../../../src/lock/request.ts';
import { solveDebEnvironment } from '../../../src/lock/solve-deb.ts';
import { writeLock } from '../../../src/lock/write.ts';
import { debAddresses } from '../../../src/packages/deb/addresses.ts';
import { fetchPackages } from '../../../src/packages/fetch.ts';
import { Failure } from '../../../src/report/failure.ts';
import { quickClient } from '../packages/local-server.ts';
import {
  makeKey,
  makeRelease,
  openArchive,
  serveArchive,
  temporaryStore,
  TestArchive,
} from '../packages/signed-repository.ts';

const key = await makeKey();

const at = { file: 'targetry.yaml', line: 4, column: 12, length: 3, text: '    - gcc' };
const request: LockRequest = {
  name: 'debian-11',
  role: 'environment',
  distro: 'debian',
  release: 'bullseye',
  from: undefined,
  path: undefined,
  arch: 'amd64',
  packages: [{ spec: 'gcc', at }],
  recommends: false,
  repositories: [],
  users: [],
  tools: { npm: [], pypi: [] },
};

function sectionOf(
  solved: Pick<LockedEnvironment, 'asked' | 'repositories' | 'packages'>,
): LockedEnvironment {
  const { name, role, distro, release, arch } = request;
  return { name, role, distro, release, arch, inputs: 'x', users: [], layers: [], tools: [], ...solved };
}

test('from a request to a lock to the packages in the store', async (t) => {
  const archive = new TestArchive();
  const packages = [
    { name: 'gcc', fields: { Depends: 'libc6 (>= 1)' } },
    { name: 'libc6', version: '1' },
    { name: 'dash', fields: { Essential: 'yes' } },
    { name: 'emacs' },
  ];
  await makeRelease(archive, [key], packages, [{ name: 'libc6', version: '1+deb11u1' }]);
  const { mirrors } = await serveArchive(t, archive);
  const store = await temporaryStore(t);
  const client = quickClient(t);
  const debian = openArchive(client, store, mirrors, [key]);
  const place = debian.place('bullseye');
  const { warnings, reasons, ...solved } = await solveDebEnvironment(request, place);
  const locked = sectionOf(solved);
  await debian.settled();
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    locked.packages.map((one) => `${one.name} ${one.version} ${one.repository}`),
    [
      'dash 1 debian bullseye main',
      'gcc 1 debian bullseye main',
      'libc6 1+deb11u1 debian bullseye-security main',
    ],
  );
  assert.deepEqual([...reasons.keys()].sort(), ['dash', 'gcc', 'libc6']);
  assert.deepEqual(
    locked.repositories.map(({ name, date, key: signer }) => [name, date, signer]),
    ['bullseye', 'bullseye-updates', 'bullseye-security'].map((suite) => [
      `debian ${suite}`,
      '2026-03-01T12:00:00Z',
      key.fingerprint,
    ]),
  );
  const read = parseLock(writeLock({ environments: [locked] }), 'targetry.lock').environments[0]!;
  assert.deepEqual(read, locked);
  const again = await solveDebEnvironment(
    request,
    openArchive(client, store, mirrors, [key]).place('bullseye'),
  );
  assert.deepEqual(again.packages, locked.packages);
  assert.deepEqual(again.repositories, locked.repositories);

  const dates = new Map(read.repositories.map(({ name, date }) => [name, date]));
  const repositories = await place.repositories();
  const addresses = debAddresses(() => repositories, dates);
  assert.equal((await fetchPackages(read.packages, { client, store, addresses })).files, 3);
  const libc = read.packages.find((one) => one.name === 'libc6')!;
  const content = await readFile(store.blobPath(libc.sha256), 'utf8');
  assert.equal(content, 'the package libc6 1+deb11u1 of bullseye-security');
});

test('a sysroot has what was asked for and what that links with, and nothing that is there to be run', async (t) => {
  const archive = new TestArchive();
  const packages = [
    { name: 'gcc', fields: { Depends: 'libc6, perl-base' } },
    { name: 'libc6' },
    { name: 'perl-base', fields: { Essential: 'yes', Depends: 'libcrypt1' } },
    { name: 'libcrypt1' },
    { name: 'dash', fields: { Essential: 'yes' } },
  ];
  await makeRelease(archive, [key], packages, []);
  const { mirrors } = await serveArchive(t, archive);
  const debian = openArchive(quickClient(t), await temporaryStore(t), mirrors, [key]);
  const solved = await solveDebEnvironment({ ...request, role: 'sysroot' }, debian.place('bullseye'));
  await debian.settled();
  assert.deepEqual(
    solved.packages.map(({ name }) => name),
    ['gcc', 'libc6'],
  );
});

test('a package that is not there is answered at its line', async (t) => {
  const archive = new TestArchive();
  await makeRelease(archive, [key], [{ name: 'gcc' }]);
  const { mirrors } = await serveArchive(t, archive);
  const debian = openArchive(quickClient(t), await temporaryStore(t), mirrors, [key]);
  const failure: unknown = await solveDebEnvironment(
    { ...request, packages: [{ spec: 'gc', at }] },
    debian.place('bullseye'),
  ).catch((error: unknown) => error);
  await debian.settled();
  assert.ok(failure instanceof Failure);
  assert.equal(failure.code, 'package-unknown');
  assert.equal(failure.message, 'debian bullseye has no package gc, among 1 that were read');
  assert.equal(failure.hint, 'did you mean `gcc`?');
  assert.deepEqual(failure.at, at);
});

test('an expired index that was let through is noted in the lock', async (t) => {
  const archive = new TestArchive();
  await makeRelease(archive, [key], [{ name: 'gcc' }]);
  const fields = { 'Valid-Until': 'Mon, 02 Mar 2026 00:00:00 UTC' };
  await archive.addSuite('bullseye-security', [], { keys: [key], fields });
  const { mirrors } = await serveArchive(t, archive);
  const lenient = { ...mirrors, allowExpired: true };
  const store = await temporaryStore(t);
  const debian = openArchive(quickClient(t), store, lenient, [key], new Date('2026-04-01'));
  const { warnings, reasons: _, ...solved } = await solveDebEnvironment(request, debian.place('bullseye'));
  const locked = sectionOf(solved);
  await debian.settled();
  assert.deepEqual(
    locked.repositories.map((one) => one.expiredAllowed),
    [undefined, undefined, true],
  );
  assert.deepEqual(
    warnings.map((warning) => [warning.code, warning.severity]),
    [['release-expired-allowed', 'warning']],
  );
  assert.equal(writeLock({ environments: [locked] }).match(/"expiredAllowed": true/g)?.length, 1);
});
