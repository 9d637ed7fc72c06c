import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EngineChoice } from '../../../src/operations/building/engine-choice.ts';
import { outlineBuild } from '../../../src/operations/plan-build.ts';
import { renderPlan } from '../../../src/present/plan.ts';

const skip = process.arch !== 'x64' && 'tells of a machine of x64';

function project(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-plan-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const yaml = `name: p
environments:
  old: { debian: bookworm, packages: [gcc] }
  modern: { debian: trixie, packages: [gcc], sysroot: { debian: bullseye, packages: [libc6-dev] } }
targets:
  own: { environment: old, arch: x64 }
  other: { environment: old, arch: arm64 }
  crossed: { environment: old, arch: arm64, builder: x64 }
  against: { environment: modern, arch: arm64 }
steps: [{ name: "make {arch}", run: "true" }]
artifacts: [{ path: out, as: "{target}", kind: file }]
images: { build: { only: { environment: old } } }
`;
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  return folder;
}

function contextIn(cwd: string) {
  return { cwd, env: {}, store: cwd, emit: () => undefined, signal: new AbortController().signal };
}

test('a plan says of each target whether it is compiled natively, across or emulated', { skip }, (t) => {
  const cwd = project(t);
  mkdirSync(join(cwd, 'dist'));
  const step = { name: 'make x64', target: 'own', outcome: 'done', seconds: 61.5 };
  writeFileSync(join(cwd, 'dist/targetry.json'), JSON.stringify({ times: { steps: [step] } }));
  const outline = outlineBuild(contextIn(cwd), { targets: [] });
  const plans = outline.targets;
  assert.deepEqual(
    plans.map(({ target, way, hint }) => [target, way, hint !== undefined]),
    [
      ['own', 'native', false],
      ['other', 'emulated', true],
      ['crossed', 'cross', false],
      ['against', 'cross', false],
    ],
  );
  const text = renderPlan(outline, { color: false });
  assert.match(
    text,
    /^own {6}native {4}its root is of x64, as this machine is\n {2}make x64 \(last 1m 02s\)\nother/,
  );
  assert.match(text, /^against +cross .* by its sysroot$/m);
  // Those that are compiled in one place have one image of it.
  assert.match(
    text,
    /^image p:latest-build \(build\), of other and own: dist\/images\/p-latest-build\.tar$/m,
  );
});

test('a plan says which builder a target may go to, and asks none of them', { skip }, (t) => {
  const context = contextIn(project(t));
  const planned = (words: Partial<EngineChoice>) => {
    const engine = { name: undefined, address: undefined, certificates: undefined, builders: [], ...words };
    const { targets } = outlineBuild(context, { targets: ['own', 'other', 'crossed'], engine });
    return targets.map(({ target, way, on }) => [target, way, on.join()]);
  };
  // Nobody listens there.
  const [one, two, three] = [1, 2, 3].map((port) => `tcp://127.0.0.1:${port}`);
  assert.deepEqual(planned({ builders: [`linux/amd64=${one}`, `linux/arm64=${two}`] }), [
    ['own', 'native', one],
    ['other', 'native', two],
    ['crossed', 'cross', one],
  ]);
  assert.deepEqual(planned({ builders: [`linux/amd64=${one}`] }), [
    ['own', 'native', one],
    ['other', 'emulated', `${one} (where it has QEMU),this machine`],
    ['crossed', 'cross', one],
  ]);
  assert.deepEqual(planned({ builders: [`linux/arm64=${two}`, three!] }), [
    ['own', 'open', three],
    ['other', 'native', `${two},${three} (where it is of arm64 too)`],
    ['crossed', 'open', three],
  ]);
  assert.deepEqual(planned({ builders: [`linux/arm64=${two}`] })[0], ['own', 'native', 'this machine']);
  assert.deepEqual(planned({ address: one })[0], ['own', 'open', one]);
  const engine = { name: undefined, address: one, certificates: undefined, builders: [] };
  assert.match(
    renderPlan(outlineBuild(context, { targets: ['own'], engine }), { color: false }),
    /^own {2}open {6}its root is of x64; whether the builder is too, .*\n {2}on tcp:\/\/127\.0\.0\.1:1\n {2}make x64\n/,
  );
});
