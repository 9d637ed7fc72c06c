import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment, RootBase } from '../../../src/config/project.ts';
import { endOfLifeWarnings } from '../../../src/config/end-of-life.ts';

const at = { file: 'targetry.yaml', line: 3, column: 3, length: 6, text: '  e: { … }' };

function warningsOf(base: RootBase, today: string) {
  const parts = { packages: [], recommends: false, repositories: [], users: [], env: {} };
  const environment: Environment = {
    name: 'e',
    base,
    ...parts,
    tools: { npm: [], pypi: [] },
    sysroot: undefined,
    at,
  };
  return endOfLifeWarnings([environment], new Date(`${today}T12:00:00Z`));
}

test('a release that nobody mends any more is told from the day after, with its place', () => {
  const base = { distro: 'debian', release: 'bullseye' } as const;
  assert.deepEqual(warningsOf(base, '2026-08-31'), []);
  const [warning, ...others] = warningsOf(base, '2026-09-01');
  assert.deepEqual(others, []);
  assert.equal(warning!.message, 'debian bullseye has had no security updates since 2026-08-31');
  assert.equal(warning!.severity, 'warning');
  assert.deepEqual(warning!.at, at);
});

test('what rolls on, or has no releases, has no end', () => {
  for (const base of [
    { distro: 'debian', release: 'sid' },
    { distro: 'alpine', release: 'edge' },
    { distro: 'wolfi' },
  ] as const)
    assert.deepEqual(warningsOf(base, '2099-01-01'), []);
});
