/** Who shares a cache with whom: an id that is too wide mixes what must not be mixed, one that is too narrow keeps nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { cachePresets } from '../../../src/config/cache-presets.ts';
import { readProject } from '../../../src/config/read.ts';
import type { ExecOp, Mount } from '../../../src/graph/graph.ts';
import type { LockedEnvironment, LockedPackage } from '../../../src/lock/lock.ts';
import { planBuild } from '../../../src/plan/plan.ts';

interface Written {
  readonly name?: string;
  readonly step?: string;
  readonly targets?: readonly string[];
  readonly packages?: readonly string[];
  readonly tools?: readonly string[];
  readonly inputs?: string;
}

const onlyTarget = 'a: { environment: deb, arch: x64 }';

/** The steps of a project with one step, by target. */
function steps(t: TestContext, written: Written): ReadonlyMap<string, ExecOp> {
  const {
    name = 'p',
    step = 'run: make',
    targets = [onlyTarget],
    packages = [],
    tools = [],
    inputs = '',
  } = written;
  const folder = mkdtempSync(join(tmpdir(), 'targetry-caches-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'project'));
  const lines = [
    `name: ${name}`,
    'environments:',
    '  deb: { debian: bullseye, packages: [gcc] }',
    '  other: { debian: bookworm, packages: [gcc] }',
    'targets:',
    ...targets.map((target) => `  ${target}`),
    `steps: [{ name: step, ${step} }]`,
    'artifacts: [{ path: out, as: "out-{target}", kind: file }]',
  ];
  writeFileSync(join(folder, 'project/targetry.yaml'), lines.join('\n'));
  const { project } = readProject(join(folder, 'project'), folder);
  const environments = ['deb', 'other'].flatMap((environment) =>
    ['amd64', 'arm64'].map((arch) => section({ environment, arch, packages, tools, inputs })),
  );
  const plan = planBuild({
    project,
    targets: project.targets,
    lock: { environments },
    rootKeyOf: (one) => one.name + one.arch,
  });
  return new Map(plan.targets.map(({ target, output }) => [target.name, output.vertex.op as ExecOp]));
}

function section(it: {
  environment: string;
  arch: string;
  packages: readonly string[];
  tools: readonly string[];
  inputs: string;
}): LockedEnvironment {
  const pack = (name: string): LockedPackage => ({
    name,
    version: '1',
    arch: it.arch,
    repository: '',
    path: '',
    size: 1,
    sha256: name + it.arch,
  });
  return {
    name: it.environment,
    role: 'environment',
    distro: 'debian',
    release: it.environment,
    arch: it.arch,
    inputs: it.inputs,
    asked: [],
    users: [],
    repositories: [],
    packages: it.packages.map(pack),
    layers: [],
    tools: it.tools.map((name) => ({
      source: 'pypi',
      name,
      version: '1',
      file: name,
      size: 1,
      sha256: name,
    })),
  };
}

const cachesOf = (op: ExecOp | undefined) =>
  op!.mounts.filter((mount): mount is Extract<Mount, { type: 'cache' }> => mount.type === 'cache');
const places = (op: ExecOp | undefined) => cachesOf(op).map(({ destination }) => destination);
const ids = (op: ExecOp | undefined) => cachesOf(op).map(({ id }) => id);
const one = (t: TestContext, written: Written) => steps(t, written).get('a');

test('a step has the caches of the tools in its environment, and none that it does not want', (t) => {
  const packages = ['ccache', 'golang-1.15-go', 'cargo', 'gcc'];
  const tools = ['uv', 'ziglang'];
  assert.deepEqual(places(one(t, { packages, tools })), [
    '/root/.cargo/git',
    '/root/.cargo/registry',
    '/var/cache/targetry/ccache',
    '/var/cache/targetry/go/build',
    '/var/cache/targetry/go/mod',
    '/var/cache/targetry/uv',
    '/var/cache/targetry/zig/global',
    '/var/cache/targetry/zig/local',
  ]);
  assert.deepEqual(places(one(t, {})), []);
  assert.deepEqual(places(one(t, { packages, step: 'run: make, caches: []' })), []);
  assert.deepEqual(places(one(t, { packages, step: 'run: make, caches: [npm]' })), [
    '/var/cache/targetry/npm',
  ]);
});

test('variables lead the tools to the caches, and those of the project lead the caches', (t) => {
  const set = one(t, { step: 'run: x, caches: [ccache, cargo, { name: own, path: .own, env: OWN }]' })!;
  assert.equal(set.env['CCACHE_DIR'], '/var/cache/targetry/ccache');
  assert.equal(set.env['CARGO_HOME'], '/root/.cargo');
  assert.equal(set.env['OWN'], '/src/.own');
  assert.ok(places(set).includes('/src/.own'));
  const own = one(t, {
    step: 'run: x, caches: [ccache, cargo], env: { CCACHE_DIR: cc, CARGO_HOME: /opt/cargo }',
  })!;
  assert.deepEqual(places(own), ['/opt/cargo/git', '/opt/cargo/registry', '/src/cc']);
  assert.equal(own.env['CCACHE_DIR'], 'cc');
  const user = one(t, { step: 'run: x, caches: [cargo], user: build' });
  assert.deepEqual(places(user), [
    '/var/cache/targetry/cargo/.cargo/git',
    '/var/cache/targetry/cargo/.cargo/registry',
  ]);
});

test('a cache of a tool that keys itself is shared by all with the same environment, libc, CPU and user', (t) => {
  const written = { step: 'run: make, caches: [ccache]' };
  const [same] = ids(one(t, written));
  const shares: readonly Written[] = [
    { ...written, name: 'q' },
    { step: 'run: other, caches: [ccache]' },
    { step: 'run: make, caches: [ccache], env: { CFLAGS: -O3 }' },
  ];
  for (const other of shares) assert.deepEqual(ids(one(t, other)), [same]);
  const apart: readonly Written[] = [
    { ...written, targets: ['a: { environment: other, arch: x64 }'] },
    { ...written, targets: ['a: { environment: deb, arch: arm64 }'] },
    { ...written, targets: ['a: { environment: deb, arch: arm64, builder: x64 }'] },
    { ...written, targets: ['a: { environment: deb, arch: x64, libc: musl }'] },
    { ...written, packages: ['gcc-12'] },
    { ...written, inputs: 'others' },
    { step: 'run: make, caches: [ccache], user: build' },
    { step: 'run: make, caches: [{ name: ccache, share: step }]' },
    { step: 'run: make, caches: [{ name: ccache, path: /var/cache/ccache }]' },
    { step: 'run: make, caches: [npm]' },
  ];
  const found = apart.map((other) => ids(one(t, other))[0]);
  assert.equal(new Set([same, ...found]).size, apart.length + 1);
});

test('any other cache is for the same command with the same variables', (t) => {
  const rule = '{ name: own, path: .own }';
  const id = (step: string, more: Written = {}) => ids(one(t, { step, ...more }))[0];
  const same = id(`run: make, caches: [${rule}]`);
  assert.equal(id(`run: make, caches: [${rule}], timeout: 5m`), same);
  const apart = [
    id(`run: make all, caches: [${rule}]`),
    id(`run: make, env: { CFLAGS: -O3 }, caches: [${rule}]`),
    id(`run: make, caches: [${rule}]`, { name: 'q' }),
    id(`run: make, caches: [${rule}]`, { packages: ['x'] }),
  ];
  assert.equal(new Set([same, ...apart]).size, 5);
});

test('share says who else has it, and never goes past libc, CPU and user', (t) => {
  const targets = [
    onlyTarget,
    'b: { environment: deb, arch: x64 }',
    'musl: { environment: deb, arch: x64, libc: musl }',
    'arm: { environment: deb, arch: arm64 }',
    'other: { environment: other, arch: x64 }',
  ];
  const groups = (share: string) => {
    const all = steps(t, {
      targets,
      step: `run: make, caches: [{ name: own, path: .own, share: ${share} }]`,
    });
    const byId = new Map<string, string[]>();
    for (const [target, op] of all) byId.set(ids(op)[0]!, [...(byId.get(ids(op)[0]!) ?? []), target]);
    return [...byId.values()].map((names) => names.join(' ')).sort();
  };
  const alone = ['a', 'arm', 'b', 'musl', 'other'];
  assert.deepEqual(groups('step'), alone);
  assert.deepEqual(groups('target'), alone);
  assert.deepEqual(groups('environment'), ['a b', 'arm', 'musl', 'other']);
  assert.deepEqual(groups('project'), ['a b other', 'arm', 'musl']);
  const user = (name: string) =>
    ids(one(t, { step: `run: make, user: ${name}, caches: [{ name: own, path: .own, share: project }]` }))[0];
  assert.notEqual(user('x'), user('y'));
  const command = (run: string) =>
    ids(one(t, { step: `run: ${run}, caches: [{ name: own, path: .own, share: target }]` }))[0];
  assert.equal(command('x'), command('y'));
});

test('every known cache says how it is shared and has an absolute place', (t) => {
  for (const { name, sharing, folders } of cachePresets) {
    const op = one(t, { step: `run: x, caches: [${name}]` });
    assert.equal(places(op).length, folders.length, name);
    for (const mount of cachesOf(op)) {
      assert.match(mount.destination, /^\/(root|var\/cache\/targetry)\//);
      assert.equal(mount.sharing, sharing);
    }
  }
});

test('only the names of secrets are in the graph, as variables and files that the user of the step can read', (t) => {
  const secrets = '[TOKEN, { name: npmrc, path: .npmrc }, { name: key, env: KEY }]';
  const files = (user: string) => {
    const op = one(t, { step: `run: x${user}, secrets: ${secrets}` })!;
    assert.deepEqual(
      op.secretEnv.map(({ name, id }) => `${name} ${id}`),
      ['KEY key', 'TOKEN TOKEN'],
    );
    return op.mounts.flatMap((mount) =>
      mount.type === 'secret'
        ? [`${mount.destination} ${mount.id} ${mount.uid} ${mount.mode.toString(8)}`]
        : [],
    );
  };
  assert.deepEqual(files(''), ['/run/secrets/TOKEN TOKEN 0 400', '/src/.npmrc npmrc 0 400']);
  assert.deepEqual(files(', user: 7'), ['/run/secrets/TOKEN TOKEN 7 400', '/src/.npmrc npmrc 7 400']);
  assert.deepEqual(files(', user: build'), ['/run/secrets/TOKEN TOKEN 0 444', '/src/.npmrc npmrc 0 444']);
});
