import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { initProject } from '../../../src/operations/init.ts';
import { renderInit } from '../../../src/present/init.ts';
import type { Context } from '../../../src/report/context.ts';

const withoutGit = spawnSync('git', ['--version']).status !== 0 && 'git is not installed';

describe('what init says besides the file that it wrote', () => {
  it('names the other kinds that a project may be, and how to have a file for one of them', (t) => {
    const folder = projectOf(t, { 'pyproject.toml': '', 'meson.build': '', Makefile: 'all: words\n' });
    const first = initProject({ cwd: folder } as Context);
    assert.equal(first.what, 'a Python package');
    assert.match(
      renderInit(first),
      /^There are meson\.build, Makefile too: `rm targetry\.yaml && targetry init meson\.build` writes for that instead\.$/m,
    );
    rmSync(join(folder, 'targetry.yaml'));
    assert.equal(initProject({ cwd: folder } as Context, 'meson.build').what, 'a project of Meson');
    assert.match(readFileSync(join(folder, 'targetry.yaml'), 'utf8'), /meson setup/);
  });

  it('refuses a file that tells no kind, with the nearest that does', (t) => {
    const folder = projectOf(t, { 'pyproject.toml': '', 'meson.build': '' });
    assert.throws(
      () => initProject({ cwd: folder } as Context, 'mesn.build'),
      ({ code, hint }: { code?: string; hint?: string }) =>
        code === 'project-unknown' && hint === 'did you mean `meson.build`?',
    );
  });

  it(
    'says which submodules have no files here, before minutes of a build that lacks them',
    { skip: withoutGit },
    (t) => {
      const folder = projectOf(t, { Makefile: 'PROG = greet\n' });
      const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words]);
      git('init', '--quiet');
      git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/words`);
      assert.match(
        renderInit(initProject({ cwd: folder } as Context)),
        /not here: vendor\/words\. Where steps need them: git submodule/,
      );
    },
  );
});

function projectOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-init-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}
