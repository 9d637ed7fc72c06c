import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { smallestProgram } from '../../src/engines/embedded/foreign-cpus.ts';
import { exampleFile, lockedProject, targetry, whyNoBuilds } from './command-line.ts';

const yaml = exampleFile('targetry.yaml').replace('make OUT=out/hello', 'cmake .');

describe('a build whose step fails in a known way', { skip: await whyNoBuilds() }, () => {
  it('says why and what to do at once, and again when it is asked', async (t) => {
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const built = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(built.exit, 1);
    assert.match(
      built.stderr,
      /why: the program `cmake` is not installed .*\[tool-missing, line 1 of the log\]/,
    );
    assert.match(built.stderr, /hint: add `cmake` to `packages:` of the environment/);
    const asked = await targetry(['explain', '--format', 'json'], { cwd: folder });
    assert.equal(asked.exit, 0);
    const { findings } = JSON.parse(asked.stdout) as { findings: { class: string }[] };
    assert.equal(findings[0]!.class, 'tool-missing');
  });

  it('reads for which CPU a program is that it could not run, from what the step left behind', async (t) => {
    const yaml = [
      'name: other-cpu',
      ...exampleFile('targetry.yaml').match(/^environments:\n.*$/m)!,
      'targets: { x64: { environment: debian-11, arch: x64 } }',
      'steps: [{ name: use, run: "mkdir made; cp tool made/it; cd made; $PWD/it" }]',
      'artifacts: [{ path: out, kind: file }]',
      '',
    ].join('\n');
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    writeFileSync(join(folder, 'tool'), smallestProgram('s390x'), { mode: 0o755 });
    const found = '/src/made/it is for s390x, and the root is x64';
    const failed = await targetry(['build'], { cwd: folder });
    assert.match(
      failed.stderr.replaceAll(/\s+/g, ' '),
      new RegExp(`wrong-arch-binary.*says so too: ${found}`),
    );
    const asked = await targetry(['explain'], { cwd: folder });
    assert.match(asked.stdout, new RegExp(`^here: +wrong-arch-binary is so: ${found} \\[file\\]$`, 'm'));
  });

  it('gives up a cache that is to blame, also one of a tool that names its entries itself', async (t) => {
    const use = `ls $CARGO_HOME/registry; touch $CARGO_HOME/registry/made; [ -e Cargo.lock ] || { ${corrupt}; exit 1; }; touch out`;
    const yaml = [
      'name: blamed',
      ...exampleFile('targetry.yaml').match(/^environments:\n.*$/m)!,
      `targets: { x64: { environment: debian-11, arch: x64, env: { RUN: "${Date.now()}" } } }`,
      `steps: [{ name: use, caches: [cargo], run: ${JSON.stringify(use)} }]`,
      'artifacts: [{ path: out, kind: file }]',
      '',
    ].join('\n');
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const failed = await targetry(['build'], { cwd: folder });
    assert.match(
      failed.stderr,
      /cargo-cache-corrupt[^]*\nhint: build again: what was in the cache cargo is given up\n/,
    );
    writeFileSync(join(folder, 'Cargo.lock'), '');
    const after = await targetry(['build'], { cwd: folder });
    assert.equal(after.exit, 0, after.stderr);
    assert.doesNotMatch(after.stderr, /\bmade\b/);
  });
});

const corrupt = 'echo "error: failed to unpack package foo v1.0.0: corrupt deflate stream" >&2';
