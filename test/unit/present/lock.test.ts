import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import type { LockCheck, LockResult } from '../../../src/operations/lock.ts';
import { renderLock, renderLockCheck, renderWhy } from '../../../src/present/lock.ts';

function section(role: LockedEnvironment['role'], arch: string): LockedEnvironment {
  const facts = { distro: 'debian', release: 'bookworm', packages: [], layers: [], tools: [] };
  return { name: 'bookworm', role, arch, ...facts } as unknown as LockedEnvironment;
}

test('an environment is told from its sysroot, which has its name', () => {
  const lock = { environments: [section('environment', 'amd64'), section('sysroot', 'arm64')] };
  const result = { lock, changes: [], kept: undefined, json: {} } satisfies LockResult;
  assert.equal(
    renderLock(result, { update: false, color: false }),
    'bookworm amd64: 0 packages of debian bookworm, up to date\n' +
      'sysroot of bookworm arm64: 0 packages of debian bookworm, up to date\n',
  );
});

test('a lock that does not fit says whether it is the environment or its sysroot', () => {
  const [environment, sysroot] = [section('environment', 'amd64'), section('sysroot', 'arm64')];
  const check = {
    outdated: [{ request: sysroot, known: false }],
    unused: [environment],
    checked: 1,
    json: {},
  };
  assert.match(
    renderLockCheck(check as unknown as LockCheck),
    /^sysroot of bookworm arm64: not locked\nbookworm amd64: locked, and not in targetry\.yaml any more\n/,
  );
});

test('where a package is not says whether that is the environment or its sysroot', () => {
  const answer = { environment: 'bookworm', arch: 'arm64', chain: [], locked: undefined } as const;
  assert.equal(
    renderWhy([
      { ...answer, role: 'environment' },
      { ...answer, role: 'sysroot' },
    ]),
    'bookworm arm64: it is not there\nsysroot of bookworm arm64: it is not there\n',
  );
});
