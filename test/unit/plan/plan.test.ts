import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readProject } from '../../../src/config/read.ts';
import { marshalDefinition } from '../../../src/graph/definition.ts';
import type { ExecOp } from '../../../src/graph/graph.ts';
import { renderGraphJson, renderGraphText } from '../../../src/graph/render.ts';
import type { Lock, LockedEnvironment } from '../../../src/lock/lock.ts';
import { planBuild, type BuildPlan } from '../../../src/plan/plan.ts';

const yaml = `
name: hello
version: 1.10
environments:
  debian-11: { debian: bullseye, packages: [gcc, musl-tools], env: { LANG: C.UTF-8, CC: cc } }
targets:
  linux-x64-gnu: { environment: debian-11, arch: x64 }
  linux-x64-musl: { environment: debian-11, arch: x64, libc: musl, env: { CC: musl-gcc } }
  linux-arm-gnu: { environment: debian-11, arch: arm }
steps:
  - { name: compile, run: 'make OUT="out/$TARGETRY_TARGET"', env: { OUTPUT: "out/{target}" } }
  - { name: strip, run: strip out/hello, only: { libc: glibc }, except: { arch: arm } }
  - { name: fetch, run: curl -O https://example.org/, network: true, only: { libc: musl } }
artifacts:
  - { path: "out/{target}/*", kind: executable }
`;

test('targets with the same root share it with the source in place, and nothing after it', (t) => {
  const { graph, targets, tasks } = plan(t);
  assert.deepEqual(
    graph.vertices.map(({ op, name, target }) => [op.type, name, target]),
    [
      ['source', 'root debian-11', undefined],
      ['source', 'project files', undefined],
      ['file', 'source', undefined],
      ['exec', 'compile', 'linux-x64-gnu'],
      ['exec', 'strip', 'linux-x64-gnu'],
      ['exec', 'compile', 'linux-x64-musl'],
      ['exec', 'fetch', 'linux-x64-musl'],
      ['source', 'root debian-11', undefined],
      ['file', 'source', 'linux-arm-gnu'],
      ['exec', 'compile', 'linux-arm-gnu'],
    ],
  );
  assert.deepEqual(
    tasks.map(({ name, target }) => `${target ?? 'shared'}: ${name}`),
    [
      'shared: source',
      'linux-x64-gnu: compile',
      'linux-x64-gnu: strip',
      'linux-x64-musl: compile',
      'linux-x64-musl: fetch',
      'linux-arm-gnu: source',
      'linux-arm-gnu: compile',
    ],
  );
  assert.equal(targets[0]!.tasks[0], targets[1]!.tasks[0]);
});

test('each task is a vertex, and a target ends with its last one', (t) => {
  const { graph, targets, tasks } = plan(t);
  const digests = new Set(graph.vertices.map(({ digest }) => digest));
  for (const { id } of tasks) assert.ok(digests.has(id));
  for (const { output, tasks } of targets) {
    assert.equal(output.vertex.digest, tasks.at(-1)!.id);
    assert.ok(graph.vertices.includes(output.vertex));
  }
});

test('a step runs in /src on the CPU of its target, with its variables and no network unless it asks', (t) => {
  const { graph } = plan(t);
  const vertex = graph.vertices.find(
    ({ name, target }) => name === 'compile' && target === 'linux-x64-musl',
  )!;
  assert.deepEqual(vertex.platform, { os: 'linux', architecture: 'amd64', variant: undefined });
  const { args, cwd, env, network } = vertex.op as ExecOp;
  assert.deepEqual(args, ['/bin/sh', '-eu', '-c', 'make OUT="out/$TARGETRY_TARGET"']);
  assert.equal(cwd, '/src');
  assert.equal(network, 'none');
  assert.deepEqual(env, {
    CC: 'musl-gcc',
    HOME: '/root',
    LANG: 'C.UTF-8',
    OUTPUT: 'out/linux-x64-musl',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    SOURCE_DATE_EPOCH: '315532800',
    TARGETRY_ARCH: 'x64',
    TARGETRY_LIBC: 'musl',
    TARGETRY_NAME: 'hello',
    TARGETRY_TARGET: 'linux-x64-musl',
    TARGETRY_VERSION: '1.10',
  });
  const fetch = graph.vertices.find(({ name }) => name === 'fetch')!;
  assert.equal((fetch.op as ExecOp).network, 'sandbox');
  const arm = graph.vertices.find(({ name, target }) => name === 'compile' && target === 'linux-arm-gnu')!;
  assert.deepEqual(arm.platform, { os: 'linux', architecture: 'arm', variant: 'v7' });
});

test('a target with a builder runs on that CPU, in a root of it, and its steps are told the CPU of the result', (t) => {
  const cross = yaml.replace('arch: arm }', 'arch: arm, builder: x64 }');
  const { graph, roots } = plan(t, ['linux-arm-gnu'], { yaml: cross });
  assert.deepEqual([...roots.keys()], ['targetry.root://key-of-amd64']);
  const { op, platform } = graph.vertices.find(({ name }) => name === 'compile')!;
  assert.deepEqual(platform, { os: 'linux', architecture: 'amd64', variant: undefined });
  assert.equal((op as ExecOp).env['TARGETRY_ARCH'], 'arm');
});

test('steps with inputs see those files, and what the steps before them saw; the rest comes once', (t) => {
  const steps = [
    'steps:',
    '  - { name: deps, run: a, inputs: [lock, "deps/*"] }',
    '  - { name: same, run: b, inputs: [lock] }',
    '  - { name: more, run: c, inputs: [lock, gen], timeout: 90s }',
    '  - { name: build, run: d, user: nobody }',
    '  - { name: test, run: e, user: nobody }',
    'artifacts:',
  ];
  const text = yaml.replace(/steps:[^]*artifacts:/, steps.join('\n'));
  const { tasks, sources, steps: details } = plan(t, ['linux-x64-gnu'], { yaml: text });
  assert.deepEqual(
    tasks.map(({ name }) => name),
    [
      'inputs of deps',
      'deps',
      'same',
      'inputs of more',
      'more',
      'source',
      'give /src to nobody',
      'build',
      'test',
    ],
  );
  assert.deepEqual(
    [...sources.values()].map(({ include, exclude }) => [include?.map(({ pattern }) => pattern), exclude]),
    [
      [['lock', 'deps/*'], []],
      [['gen'], ['lock', 'deps/*']],
      [undefined, ['lock', 'deps/*', 'gen']],
    ],
  );
  assert.equal(details.get(tasks.find(({ name }) => name === 'more')!.id)!.timeout, 90_000);
});

test('the engine is told what each abstract source stands for', (t) => {
  const { graph, roots, sources: parts, targets } = plan(t);
  const sources = graph.vertices.flatMap(({ op }) => (op.type === 'source' ? [op.identifier] : []));
  assert.deepEqual(new Set(sources), new Set([...roots.keys(), ...parts.keys()]));
  assert.deepEqual([...roots.keys()], ['targetry.root://key-of-amd64', 'targetry.root://key-of-armhf']);
  assert.equal(roots.get('targetry.root://key-of-armhf')!.arch, 'armhf');
  assert.deepEqual(
    targets.map(({ exports }) => exports.map(({ path }) => path)),
    [['/src/out/linux-x64-gnu/*'], ['/src/out/linux-x64-musl/*'], ['/src/out/linux-arm-gnu/*']],
  );
});

test('another folder has the same graph, to the byte, and none of its rendering names the folder', (t) => {
  const [one, two] = [plan(t), plan(t)];
  assert.deepEqual(marshalDefinition(one.graph), marshalDefinition(two.graph));
  const texts = [one, two].map(({ graph }) => renderGraphText(graph) + renderGraphJson(graph));
  assert.equal(texts[0], texts[1]);
  assert.ok(!texts[0]!.includes(tmpdir()));
});

test('one target alone has the digests that it has among others', (t) => {
  const all = plan(t);
  const alone = plan(t, ['linux-x64-musl']);
  assert.equal(alone.targets[0]!.output.vertex.digest, all.targets[1]!.output.vertex.digest);
  assert.equal(alone.tasks[0]!.target, 'linux-x64-musl');
});

test('a changed lock changes every digest that follows, a changed step only those from it on', (t) => {
  const before = digestsOf(plan(t));
  const otherRoot = digestsOf(plan(t, undefined, { rootKeyOf: () => 'other' }));
  assert.deepEqual(
    otherRoot.filter((digest) => before.includes(digest)),
    [before[1]],
  );
  const otherStep = digestsOf(
    plan(t, ['linux-x64-gnu'], { yaml: yaml.replace('strip out', 'strip -s out') }),
  );
  assert.deepEqual(otherStep.slice(0, 4), before.slice(0, 4));
  assert.ok(!before.includes(otherStep[4]!));
});

function digestsOf({ graph }: BuildPlan): string[] {
  return graph.vertices.map(({ digest }) => digest);
}

function plan(
  t: TestContext,
  names?: readonly string[],
  { yaml: text = yaml, rootKeyOf = ({ arch }: LockedEnvironment) => `key-of-${arch}` } = {},
): BuildPlan {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-plan-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'project'));
  writeFileSync(join(folder, 'project/targetry.yaml'), text);
  const { project } = readProject(join(folder, 'project'), folder);
  const targets = project.targets.filter(({ name }) => names?.includes(name) ?? true);
  return planBuild({ project, targets, lock: lockOf('amd64', 'armhf'), rootKeyOf });
}

function lockOf(...archs: readonly string[]): Lock {
  return {
    environments: archs.map((arch) => ({
      name: 'debian-11',
      role: 'environment',
      distro: 'debian',
      release: 'bullseye',
      arch,
      inputs: '',
      asked: [],
      users: [],
      repositories: [],
      packages: [],
      layers: [],
      tools: [],
    })),
  };
}
