/** Where linkers are watched, and for which files: a wrong one would stop a right build, or let a wrong one pass. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readProject } from '../../../src/config/read.ts';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { platformOf } from '../../../src/plan/plan.ts';
import { stepChecks } from '../../../src/plan/step-checks.ts';

function section(
  role: LockedEnvironment['role'],
  glibc: string,
  tools: readonly string[],
): LockedEnvironment {
  const facts = { arch: 'amd64', repository: '', path: '', size: 1, sha256: '' };
  const packages = { binutils: '2.40', gcc: '12', libc6: `${glibc}-9` };
  return {
    name: 'e',
    role,
    distro: 'debian',
    release: 'x',
    arch: 'amd64',
    inputs: '',
    asked: [],
    users: [],
    repositories: [],
    packages: Object.entries(packages).map(([name, version]) => ({ name, version, ...facts })),
    layers: [],
    tools: tools.map((name) => ({ source: 'pypi', name, version: '1', file: name, size: 1, sha256: name })),
  };
}

interface Case {
  readonly target?: string;
  readonly artifact?: string;
  readonly glibc?: string;
  readonly sysroot?: string;
  readonly tools?: readonly string[];
}

function checks(t: TestContext, it: Case) {
  const { target = 'promise: ["glibc:2.31"]', artifact = '{ path: out/hello, kind: executable }' } = it;
  const folder = mkdtempSync(join(tmpdir(), 'targetry-checks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'p'));
  const yaml = `name: p
environments: { e: { debian: bookworm } }
targets: { a: { environment: e, arch: x64, builder: x64, ${target} } }
steps: [{ name: s, run: make }]
artifacts: [${artifact}]
`;
  writeFileSync(join(folder, 'p/targetry.yaml'), yaml);
  const { project } = readProject(join(folder, 'p'), folder);
  const made = stepChecks({
    project,
    target: project.targets[0]!,
    root: section('environment', it.glibc ?? '2.36', it.tools ?? []),
    sysroot: it.sysroot === undefined ? undefined : section('sysroot', it.sysroot, []),
    platform: platformOf('x64'),
  });
  return made && { ...made, text: Buffer.from(made.state.output!.vertex.bytes).toString('latin1') };
}

test('the linker is watched where its glibc is newer than the promise, or is that of a sysroot', (t) => {
  const newer = checks(t, {});
  assert.deepEqual(newer?.variables, { COMPILER_PATH: '/opt/targetry/checks/ld' });
  assert.match(newer?.text ?? '', /glibc:2\.31 is promised/);
  const sysroot = checks(t, { sysroot: '2.31' });
  assert.match(sysroot?.text ?? '', /the sysroot has glibc 2\.31/);
  assert.doesNotMatch(sysroot?.text ?? '', /is promised/);
  for (const fine of [{ glibc: '2.31' }, { target: 'libc: musl' }, { target: 'env: { A: b }' }])
    assert.equal(checks(t, fine), undefined);
});

test('files count as artifacts by the names that a linker gives them', (t) => {
  const named = (artifact: string, target?: string) =>
    /\$\{out##\*\/\} in (\S*)\) artifact=yes/.exec(
      checks(t, { artifact, ...(target && { target }) })?.text ?? '',
    )?.[1];
  assert.equal(named('{ path: out/hello, kind: executable }'), 'hello');
  assert.equal(named('{ path: "build/{name}-{target}.node", kind: node-addon }'), 'p-a.node');
  assert.equal(named('{ path: "lib/libx.so.*", kind: library }'), 'libx.so.*');
  assert.equal(named('{ path: "dist/*.whl", kind: wheel }'), '*.so');
  assert.equal(named('{ path: "out/*", kind: executable }'), undefined);
  assert.equal(named('{ path: out.tar, kind: archive }'), undefined);
});

test('zig is watched wherever it is a tool of the environment', (t) => {
  const zig = checks(t, { glibc: '2.31', tools: ['ziglang'] });
  assert.deepEqual([zig?.path, zig?.variables], ['/opt/targetry/checks/bin', {}]);
  assert.equal(checks(t, { target: 'libc: musl', tools: ['ziglang'] }), undefined);
});
