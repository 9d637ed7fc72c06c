import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readProject } from '../../../src/config/read.ts';
import { withNotices } from '../../../src/operations/building/failed-step.ts';
import { sourceInputs } from '../../../src/operations/building/read-source.ts';
import { renderFailure } from '../../../src/present/failure.ts';
import { Failure } from '../../../src/report/failure.ts';

const skip = spawnSync('git', ['--version']).status !== 0 && 'git is not installed';
const made = mkdtempSync(join(tmpdir(), 'targetry-submodules-'));
after(() => rmSync(made, { recursive: true }));

/** A program, a library that it has as a submodule, and tables that the library has as one. */
function makeRepositories(): void {
  for (const [name, file, module] of [
    ['tables', 'table.c', undefined],
    ['library', 'library.c', 'tables'],
    ['program', 'main.c', 'library'],
  ] as const) {
    const folder = join(made, name);
    mkdirSync(folder);
    writeFileSync(join(folder, file), `${name}\n`);
    git(folder, 'init', '--quiet');
    if (module !== undefined)
      git(folder, 'submodule', '--quiet', 'add', join(made, module), `deps/${module}`);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message', name);
  }
}

function clone(...how: string[]): string {
  const folder = mkdtempSync(join(made, 'clone-'));
  git(made, 'clone', '--quiet', ...how, join(made, 'program'), folder);
  return folder;
}

function git(folder: string, ...words: readonly string[]): void {
  const identity = ['user.name=a', 'user.email=a@example.org', 'protocol.file.allow=always'];
  execFileSync('git', ['-C', folder, ...identity.flatMap((one) => ['-c', one]), ...words], {
    env: { PATH: process.env['PATH'], HOME: made },
  });
}

function seenBySteps(folder: string, source = '') {
  const text = `name: a\n${source}environments: { one: { debian: bookworm, packages: [] } }\ntargets: { x: { environment: one, arch: x64 } }\n`;
  writeFileSync(join(folder, 'targetry.yaml'), text);
  const { project } = readProject(folder, folder);
  const all = new Map([['all', { include: undefined, exclude: [] }]]);
  const { inputs, notices } = sourceInputs(project, all);
  return { paths: inputs.get('all')!.entries.map(({ path }) => path), notices };
}

describe('the source of a project with submodules', { skip }, () => {
  before(makeRepositories);

  it('has their files, and those of their own submodules, or what compiles here would fail in a build', () => {
    const { paths, notices } = seenBySteps(clone('--recursive'));
    assert.ok(paths.includes('deps/library/library.c'), paths.join(' '));
    assert.ok(paths.includes('deps/library/deps/tables/table.c'), paths.join(' '));
    assert.ok(!paths.some((path) => /(^|\/)\.git$/.test(path)), paths.join(' '));
    assert.deepEqual(notices, []);
  });

  it('leaves out what their own git does not track', () => {
    const folder = clone('--recursive');
    writeFileSync(join(folder, 'deps/library/library.o'), 'built by hand');
    assert.ok(!seenBySteps(folder).paths.includes('deps/library/library.o'));
  });

  it('says which one is not checked out, and the command that does it', () => {
    const { paths, notices } = seenBySteps(clone());
    assert.ok(paths.includes('deps/library'), 'the empty folder is there, as git leaves it');
    assert.deepEqual(
      notices.map(({ code, message }) => `${code}: ${message}`),
      [
        'submodule-absent: deps/library is a submodule of git whose files are not here: steps see none of them',
      ],
    );
    assert.match(notices[0]!.hint!, /^`git submodule update --init --recursive deps\/library`/);
  });

  it('is told again with the failure of a step, in whose log nobody reads the beginning', () => {
    const { notices } = seenBySteps(clone());
    const failed = withNotices(
      new Failure('step-failed', 'compile failed', { hint: 'see the log' }),
      notices,
    );
    assert.ok(failed instanceof Failure);
    const told = renderFailure(failed, { color: false });
    assert.match(told, /^warning: deps\/library is a submodule of git .*\n(.*\n)*error: compile failed/);
    assert.match(told, /hint: see the log/);
    const unreachable = new Failure('mirror-unreachable', 'no server answers');
    assert.equal(withNotices(unreachable, notices), unreachable);
  });

  it('names the inner one where only that is missing', () => {
    const folder = clone();
    git(folder, 'submodule', '--quiet', 'update', '--init');
    assert.match(seenBySteps(folder).notices[0]!.message, /^deps\/library\/deps\/tables is a submodule/);
  });

  it('says nothing of one that the project leaves out', () => {
    const folder = clone();
    assert.deepEqual(seenBySteps(folder, 'source: { ignore: [deps] }\n').notices, []);
  });

  it('has the files of one that lies there without a git of its own, as in an archive', () => {
    const folder = clone();
    writeFileSync(join(folder, 'deps/library/library.c'), 'packed');
    const { paths, notices } = seenBySteps(folder);
    assert.ok(paths.includes('deps/library/library.c'));
    assert.deepEqual(notices, []);
    assert.equal(readFileSync(join(folder, 'deps/library/library.c'), 'utf8'), 'packed');
  });
});
