import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { golden } from '../golden.ts';
import {
  errorOf,
  exampleFile,
  helloProject,
  lockedProject,
  steady,
  targetry,
  whyNoBuilds,
} from './command-line.ts';

/** The example, proven in the root that it is built in, which is there already. */
function project(t: TestContext, proof: string): string {
  const [yaml] = exampleFile('targetry.yaml').split('proof:\n');
  return lockedProject(t, { 'targetry.yaml': `${yaml}proof:\n  - ${proof}\n` });
}

const x64 = 'only: { target: [linux-x64-gnu, linux-x64-musl] }';

describe('targetry prove', { skip: await whyNoBuilds() }, () => {
  it('builds, runs each artifact where it is to run, and shows and states what happened', async (t) => {
    const folder = lockedProject(t);
    const answer = await targetry(['prove'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    golden('build/prove.txt', steady(answer.stdout, folder));
    const statement = JSON.parse(readFileSync(join(folder, 'dist/proof.json'), 'utf8')) as Statement;
    const record = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8')) as BuildRecord;
    assert.deepEqual(
      statement.subject.map(({ name, digest }) => [name, digest.sha256]),
      record.artifacts.map(({ path, sha256 }) => [path, sha256]),
    );
    assert.deepEqual(
      statement.predicate.runs.map(({ arch, release, exit, predicted, measured }) => [
        arch,
        release,
        exit,
        predicted,
        measured,
      ]),
      [
        ['amd64', 'debian-12', 0, 'yes', 'runs'],
        ['amd64', 'debian-13', 0, 'yes', 'runs'],
        ['amd64', 'debian-12', 0, 'yes', 'runs'],
        ['arm64', 'debian-12', 0, 'yes', 'runs'],
        ['arm64', 'debian-13', 0, 'yes', 'runs'],
        ['arm64', 'debian-12', 0, 'yes', 'runs'],
      ],
    );
    assert.equal(readFileSync(join(folder, 'targetry.lock'), 'utf8'), exampleFile('targetry.lock'));
    const again = await targetry(['prove', '--format', 'json'], { cwd: folder });
    assert.deepEqual(JSON.parse(again.stdout), statement);
    assert.match(again.stderr, /run in debian-12 .*\[CACHED\]/);
    for (const page of ['proof.md', 'proof.html'])
      golden(`build/${page}`, readFileSync(join(folder, 'dist', page), 'utf8'));
  });

  it('fails where something does not run that was computed to', async (t) => {
    const folder = project(t, `{ ${x64}, in: [debian-11], run: "echo not today; exit 3" }`);
    const answer = await targetry(['prove', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 1, answer.stderr);
    golden('build/prove-differs.txt', steady(answer.stdout, folder));
  });

  it('takes any file, in the environments of the project', async (t) => {
    const folder = project(t, `{ in: [debian-11] }`);
    const answer = await targetry(['prove', process.execPath, '--in', 'debian-11'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    assert.match(answer.stdout, /^ {2}node +(runs|fails)$/m);
  });

  it('goes to both ends of what is promised, with the command of the project', async (t) => {
    const folder = project(t, `{ ${x64}, in: [debian-12], run: '"$ARTIFACT" --version' }`);
    const words = ['prove', 'linux-x64-gnu', '--oldest', '--newest', '--format', 'json'];
    const answer = await targetry(words, { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    const { predicate } = JSON.parse(answer.stdout) as Statement;
    assert.deepEqual(
      predicate.runs.map(({ release, command, measured }) => [release, command, measured]),
      ['debian-11', 'debian-13'].map((release) => [release, '"$ARTIFACT" --version', 'runs']),
    );
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    assert.match(lock, /name: "debian-11"\n {4}role: proof/, 'not where it was compiled');
  });

  it('names the package of a library that a fresh release lacks, and lines with which it runs', async (t) => {
    const yaml = [
      'name: words',
      'environments:',
      '  compiling: { debian: bookworm, packages: [gcc, libc6-dev, libexpat1-dev] }',
      'targets: { linux-x64: { environment: compiling, arch: x64 } }',
      'steps: [{ name: compile, run: gcc -o words words.c -lexpat }]',
      'artifacts: [{ path: words, kind: executable }]',
      'proof: [{ in: [debian-12] }]',
      '',
    ].join('\n');
    const source =
      '#include <expat.h>\n#include <stdio.h>\nint main(void) { puts(XML_ExpatVersion()); return 0; }\n';
    const folder = helloProject(t, { 'targetry.yaml': yaml, 'words.c': source });
    const lacking = await targetry(['prove'], { cwd: folder });
    assert.equal(lacking.exit, 0, lacking.stderr);
    const said = lacking.stdout.replaceAll(/\s+/g, ' ');
    assert.match(said, /hint: libexpat\.so\.1 is in libexpat1: .* `promise: \["needs:libexpat\.so\.1"\]`/);
    const [, line, place] = /`((debian-12-libraries): \{.*?\})`/.exec(said)!;
    const followed = yaml
      .replace('environments:\n', `environments:\n  ${line}\n`)
      .replace('arch: x64', 'arch: x64, promise: ["needs:libexpat.so.1"]')
      .replace('in: [debian-12]', `in: [${place}]`);
    writeFileSync(join(folder, 'targetry.yaml'), followed);
    const having = await targetry(['prove'], { cwd: folder });
    assert.match(having.stdout, /^ {2}words +runs$/m, having.stdout + having.stderr);
  });

  it('asks where to prove, and knows what was meant', async (t) => {
    const [yaml] = exampleFile('targetry.yaml').split('proof:\n');
    const folder = helloProject(t, { 'targetry.yaml': yaml! });
    const nowhere = await targetry(['prove'], { cwd: folder });
    assert.equal(nowhere.exit, 2);
    assert.match(errorOf(nowhere.stderr), /nothing says where to prove[^]*add `proof:` to targetry.yaml/);
    const unknown = await targetry(['prove', '--in', 'debian-12,debain-13'], { cwd: folder });
    assert.equal(unknown.exit, 2);
    assert.match(errorOf(unknown.stderr), /`debain-13` is no environment[^]*did you mean `debian-13`/);
  });
});

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicate: {
    readonly runs: readonly Readonly<
      Record<'arch' | 'release' | 'exit' | 'predicted' | 'measured' | 'command', unknown>
    >[];
  };
}

interface BuildRecord {
  readonly artifacts: readonly { readonly path: string; readonly sha256: string }[];
}
