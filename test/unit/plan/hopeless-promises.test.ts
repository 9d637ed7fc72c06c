/** A promise is refused before the build only where no build could keep it: a wrong "no" would stop a right project. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readProject } from '../../../src/config/read.ts';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { hopelessPromises } from '../../../src/plan/hopeless-promises.ts';

interface Case {
  readonly environment?: string;
  readonly target?: string;
  readonly kind?: string;
  readonly packages?: Readonly<Record<string, string>>;
  readonly sysroot?: Readonly<Record<string, string>>;
  readonly tools?: readonly string[];
}

const section = (
  role: LockedEnvironment['role'],
  packages: Readonly<Record<string, string>>,
  tools: readonly string[] = [],
): LockedEnvironment => ({
  name: 'e',
  role,
  distro: 'debian',
  release: 'x',
  arch: 'amd64',
  inputs: '',
  asked: [],
  users: [],
  repositories: [],
  packages: Object.entries(packages).map(([name, version]) => ({
    name,
    version,
    arch: 'amd64',
    repository: '',
    path: '',
    size: 1,
    sha256: name,
  })),
  layers: [],
  tools: tools.map((name) => ({ source: 'pypi', name, version: '1', file: name, size: 1, sha256: name })),
});

const bookworm = { gcc: '4:12', libc6: '2.36-9+deb12u10', 'libssl-dev': '3.0.1' };

function hintsFor(t: TestContext, it: Case): readonly (string | undefined)[] {
  const { environment = 'debian: bookworm', target = 'promise: ["glibc:2.31"]', kind = 'executable' } = it;
  const folder = mkdtempSync(join(tmpdir(), 'targetry-hopeless-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'p'));
  const yaml = `name: p
environments: { e: { ${environment} } }
targets: { a: { environment: e, arch: x64, builder: x64, ${target} } }
steps: [{ name: s, run: make }]
artifacts: [{ path: out, kind: ${kind} }]
`;
  writeFileSync(join(folder, 'p/targetry.yaml'), yaml);
  const { project } = readProject(join(folder, 'p'), folder);
  const environments = [section('environment', it.packages ?? bookworm, it.tools)];
  if (it.sysroot !== undefined) environments.push(section('sysroot', it.sysroot));
  return hopelessPromises(project, project.targets, { environments }).map(({ hint }) => hint);
}

test('a program that gcc links with a newer glibc can not keep an older promise, and two things would help', (t) => {
  assert.deepEqual(hintsFor(t, {}), [
    'compile against an older release: `sysroot: { debian: 11, packages: [libc6-dev] }`; or promise `glibc:2.34`',
  ]);
  const tag = hintsFor(t, { target: 'promise: [manylinux_2_17]' });
  assert.match(tag[0] ?? '', /^link with an older glibc/);
});

test('a library of a newer release in the sysroot brings that release’s glibc, and that is told', (t) => {
  const environment = 'debian: trixie, sysroot: { debian: bookworm, packages: [libssl-dev] }';
  assert.deepEqual(hintsFor(t, { environment, sysroot: bookworm }), [
    'take an older release for the sysroot: `debian: 11`; or promise `glibc:2.34`',
  ]);
  assert.deepEqual(hintsFor(t, { environment, sysroot: { libc6: '2.31-13' } }), []);
});

test('what may yet be kept is left to the audit', (t) => {
  const kept: readonly Case[] = [
    { target: 'promise: ["glibc:2.34"]' },
    { target: 'promise: ["glibc:2.31", static]' },
    { target: 'libc: musl, promise: [musl]' },
    { kind: 'library' },
    { kind: 'wheel' },
    { packages: { gcc: '10', libc6: '2.31-13' } },
    { packages: { libc6: '2.36' } },
    { packages: { ...bookworm, 'golang-go': '1.19' } },
    { tools: ['ziglang'] },
    { target: 'env: { LDFLAGS: -static }, promise: ["glibc:2.31"]' },
  ];
  for (const one of kept) assert.deepEqual(hintsFor(t, one), [], JSON.stringify(one));
});
