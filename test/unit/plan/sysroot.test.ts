import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { archHere } from '../../../src/abi/cpu.ts';
import { readProject } from '../../../src/config/read.ts';
import type { ExecOp } from '../../../src/graph/graph.ts';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { planBuild, type BuildPlan } from '../../../src/plan/plan.ts';
import { Failure } from '../../../src/report/failure.ts';

const here = archHere();
const crossed = here === 'arm64' ? 'x64' : 'arm64';
const names = { x64: ['amd64', 'x86-64'], arm64: ['arm64', 'aarch64'] } as Record<
  string,
  readonly [string, string]
>;
const [debianHere] = names[here]!;
const [debianCrossed, gccOf] = names[crossed]!;

function section(
  role: LockedEnvironment['role'],
  arch: string,
  packages: readonly string[],
): LockedEnvironment {
  const facts = { version: '1', arch, repository: '', path: '', size: 1 };
  return {
    name: 'modern',
    role,
    distro: 'debian',
    release: 'x',
    arch,
    inputs: '',
    asked: [],
    users: [],
    repositories: [],
    packages: packages.map((name) => ({ name, ...facts, sha256: name })),
    layers: [],
    tools: [],
  };
}

function project(t: TestContext, target: string, caches = '[]') {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-sysroot-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'project'));
  const yaml = `name: p
environments:
  modern: { debian: trixie, packages: [gcc], sysroot: { debian: bullseye, packages: [libc6-dev] } }
targets: { a: ${target} }
steps: [{ name: step, run: make, caches: ${caches} }]
artifacts: [{ path: out, kind: file }]
`;
  writeFileSync(join(folder, 'project/targetry.yaml'), yaml);
  return readProject(join(folder, 'project'), folder).project;
}

interface Locked {
  readonly target?: string;
  readonly compilers?: readonly string[];
  readonly sysroot?: readonly string[];
  readonly tools?: LockedEnvironment['tools'];
  readonly caches?: string;
}

function stepOf(t: TestContext, locked: Locked = {}): ExecOp {
  return planOf(t, locked).targets[0]!.output.vertex.op as ExecOp;
}

function planOf(t: TestContext, locked: Locked): BuildPlan {
  const { target = `{ environment: modern, arch: ${crossed} }`, caches } = locked;
  const { compilers = [`gcc-${gccOf}-linux-gnu`], sysroot = ['libc6-dev'] } = locked;
  const it = project(t, target, caches);
  const environments = [
    { ...section('environment', debianHere, compilers), tools: locked.tools ?? [] },
    section('environment', debianCrossed, ['gcc']),
    section('sysroot', debianHere, sysroot),
    section('sysroot', debianCrossed, sysroot),
  ];
  const lock = { environments };
  return planBuild({ project: it, targets: it.targets, lock, rootKeyOf: (one) => one.role + one.arch });
}

test('a target with a sysroot is compiled on this CPU, against libraries of its own', (t) => {
  assert.equal(project(t, `{ environment: modern, arch: ${crossed} }`).targets[0]!.builder, here);
  const { env, mounts } = stepOf(t);
  const mount = mounts.find(({ destination }) => destination === '/opt/sysroot');
  assert.equal(mount?.type === 'bind' && mount.readonly, true);
  assert.match(env['CC'] ?? '', /^\/opt\/sysroot\/toolchain\/bin\/.+-linux-gnu-gcc$/);
  assert.match(env['PATH'] ?? '', /^\/opt\/sysroot\/toolchain\/bin:/);
  assert.equal(env['CMAKE_TOOLCHAIN_FILE'], '/opt/sysroot/toolchain/toolchain.cmake');
});

test('a Makefile that asks for $AR and $STRIP finds them on the CPU of this machine as well', (t) => {
  const tools = (target: string, compilers: readonly string[]) => {
    const { env } = stepOf(t, { target, compilers });
    return [env['AR'], env['STRIP']];
  };
  const native = tools(`{ environment: modern, arch: ${here} }`, ['gcc', 'binutils']);
  assert.deepEqual(native, ['ar', 'strip']);
  const cross = tools(`{ environment: modern, arch: ${crossed} }`, [
    `gcc-${gccOf}-linux-gnu`,
    `binutils-${gccOf}-linux-gnu`,
  ]);
  assert.match(cross.join(' '), /^\S+-linux-gnu-ar \S+-linux-gnu-strip$/);
});

test('what the project says of a compiler wins', (t) => {
  const { env } = stepOf(t, { target: `{ environment: modern, arch: ${crossed}, env: { CC: tcc } }` });
  assert.equal(env['CC'], 'tcc');
});

test('a compiler for another CPU than the target is told of before anything is downloaded', (t) => {
  assert.throws(
    () => stepOf(t, { compilers: ['gcc', 'g++'] }),
    (error) => error instanceof Failure && error.code === 'cross-compiler-missing',
  );
});

test('Zig needs no cross compiler beside it to have the libraries of a sysroot', (t) => {
  const zig = { name: 'ziglang', version: '0.15.1' } as LockedEnvironment['tools'][number];
  const { env, mounts } = stepOf(t, { compilers: ['pkg-config'], tools: [zig] });
  assert.ok(mounts.some(({ destination }) => destination === '/opt/sysroot'));
  assert.match(env['PKG_CONFIG_LIBDIR'] ?? '', /^\/opt\/sysroot\//);
  assert.equal(env['CC'], undefined);
});

test('two sysroots never share what a compiler keeps of its work', (t) => {
  const cacheOf = (sysroot: string) => {
    const { mounts } = stepOf(t, { sysroot: [sysroot], caches: '[ccache]' });
    return mounts.flatMap((mount) => (mount.type === 'cache' ? [mount.id] : []));
  };
  assert.equal(cacheOf('libc6-dev').length, 1);
  assert.notDeepEqual(cacheOf('libc6-dev'), cacheOf('libc6-dev-of-another-release'));
});

test('build tools of Python hear of the Python in the sysroot where it is of the release that runs, else of the CPU alone', (t) => {
  const python = (version: string) => {
    const compilers = [`gcc-${gccOf}-linux-gnu`, 'python3.11-minimal'];
    const plan = planOf(t, { compilers, sysroot: ['libc6-dev', `libpython${version}-dev`] });
    const { env } = plan.targets[0]!.output.vertex.op as ExecOp;
    const vertex = plan.graph.vertices.find(({ name }) => name === 'tell Python of the sysroot');
    const told = plan.tasks.find(({ id }) => id === vertex?.digest)?.name;
    return {
      module: env['_PYTHON_SYSCONFIGDATA_NAME'],
      crates: env['PYO3_CROSS_PYTHON_VERSION'],
      platform: env['_PYTHON_HOST_PLATFORM'],
      told,
    };
  };
  const same = python('3.11');
  assert.match(same.module ?? '', /^_sysconfigdata__.+-linux-gnu$/);
  assert.equal(same.crates, '3.11');
  assert.equal(same.told, 'sysroot for Python');
  const other = python('3.9');
  assert.deepEqual([other.module, other.told], [undefined, undefined]);
  assert.match(other.platform ?? '', /^linux-/);
});

test('node-gyp takes the headers of the sysroot, else of the environment, and downloads none', (t) => {
  const compilers = [`gcc-${gccOf}-linux-gnu`, 'libnode-dev'];
  const node = (sysroot: readonly string[]) => stepOf(t, { compilers, sysroot }).env['npm_config_nodedir'];
  assert.equal(node(['libc6-dev']), '/usr/include/nodejs');
  assert.equal(node(['libnode-dev']), '/opt/sysroot/usr/include/nodejs');
});
