import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
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

test('a plan says of each target whether it is compiled natively, across or emulated', { skip }, (t) => {
  const cwd = project(t);
  mkdirSync(join(cwd, 'dist'));
  const step = { name: 'make x64', target: 'own', outcome: 'done', seconds: 61.5 };
  writeFileSync(join(cwd, 'dist/targetry.json'), JSON.stringify({ times: { steps: [step] } }));
  const context = { cwd, env: {}, store: cwd, emit: () => undefined, signal: new AbortController().signal };
  const outline = outlineBuild(context, { targets: [] });
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
