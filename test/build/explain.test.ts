import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleFile, helloProject, targetry, whyNoBuilds } from './command-line.ts';

const yaml = exampleFile('targetry.yaml').replace('make OUT=out/hello', 'cmake .');

describe('a build whose step fails in a known way', { skip: await whyNoBuilds() }, () => {
  it('says why and what to do at once, and again when it is asked', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': yaml });
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
});
