import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Project } from '../../../src/config/project.ts';
import { outdatedFiles } from '../../../src/operations/building/outdated.ts';
import type { BuildPlan } from '../../../src/plan/plan.ts';

const file = (path: string) => ({ path, size: 1, sha256: '0' });

/** Of a project with the targets `x64` and `arm64`, whose last build left this record, and all files that it names. */
function divided(t: TestContext, record: unknown, built: readonly string[], made: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-outdated-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'dist/images'), { recursive: true });
  for (const name of ['a', 'b', 'images/one.tar', 'images/both.tar'])
    writeFileSync(join(folder, 'dist', name), '');
  writeFileSync(join(folder, 'dist/targetry.json'), JSON.stringify(record));
  const project = { folder, targets: [{ name: 'x64' }, { name: 'arm64' }] } as unknown as Project;
  const plan = { targets: built.map((name) => ({ target: { name } })) } as unknown as BuildPlan;
  const { outdated, kept } = outdatedFiles(project, plan, new Set(made));
  return { outdated: outdated.files.map(({ path }) => path), kept: kept.map(({ path }) => path) };
}

const record = {
  targets: [{ name: 'x64', environment: 'e' }],
  artifacts: [{ ...file('a'), target: 'x64' }],
  images: [
    { ...file('images/one.tar'), targets: ['x64'] },
    { ...file('images/both.tar'), targets: ['x64', 'arm64'] },
  ],
  earlier: [{ ...file('b'), targets: ['arm64'] }],
};

test('what only targets made that are built now goes, and what others made is kept in mind', (t) => {
  assert.deepEqual(divided(t, record, ['x64']), {
    outdated: ['a', 'images/one.tar'],
    kept: ['images/both.tar', 'b'],
  });
  assert.deepEqual(divided(t, record, ['x64', 'arm64']), {
    outdated: ['a', 'images/one.tar', 'images/both.tar', 'b'],
    kept: [],
  });
});

test('what is made again stays, also under a name that a disk may take for the same', (t) => {
  assert.deepEqual(divided(t, record, ['x64', 'arm64'], ['A', 'images/one.tar', 'images/both.tar', 'b']), {
    outdated: [],
    kept: [],
  });
});

test('what a target made that the project no longer has goes with any build', (t) => {
  const renamed = { artifacts: [{ ...file('a'), target: 'linux' }] };
  assert.deepEqual(divided(t, renamed, ['arm64']).outdated, ['a']);
});

test('a file that is no record has nothing removed', (t) => {
  for (const other of [null, [], 'text', { artifacts: 'a' }, { artifacts: [{ path: 'a', target: 'x64' }] }])
    assert.deepEqual(divided(t, other, ['x64', 'arm64']), { outdated: [], kept: [] });
});
