import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { draftText, type ProjectFiles } from '../../../src/config/drafts/draft.ts';
import { kindsOf } from '../../../src/config/drafts/kinds.ts';
import { endOfLifeWarnings } from '../../../src/config/end-of-life.ts';
import { readProject } from '../../../src/config/read.ts';
import { debianPackage } from '../../../src/explain/package-names.ts';
import { firstProjects } from '../../first-projects.ts';
import { golden } from '../../golden.ts';

describe('a first targetry.yaml', () => {
  for (const [kind, files] of Object.entries(firstProjects)) {
    it(`for ${kind} is one that is read without a mistake`, (t) => {
      const found = draftFor(projectOf(files))!;
      const text = draftText(found.draft);
      golden(`config/first-${kind}.yaml`, text);
      const folder = mkdtempSync(join(tmpdir(), 'targetry-first-'));
      t.after(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, 'targetry.yaml'), text);
      const { project, warnings } = readProject(folder, folder);
      assert.deepEqual(warnings, []);
      assert.deepEqual(endOfLifeWarnings(project.environments.values(), new Date('2027-06-01')), []);
    });
  }

  it('takes what says more of a project before a Makefile', () => {
    const files = { Makefile: '', 'binding.gyp': '', 'CMakeLists.txt': '' };
    assert.equal(draftFor(projectOf(files))!.file, 'binding.gyp');
  });

  it('takes a package.json only where it has something to build', () => {
    const fileFor = (manifest: string) =>
      draftFor(projectOf({ 'package.json': manifest, Makefile: '' }))!.file;
    assert.equal(fileFor('{ "scripts": { "build": "tsc" } }'), 'package.json');
    for (const manifest of ['{ "scripts": { "test": "tap" } }', '{ "private": true }', '[', 'null'])
      assert.equal(fileFor(manifest), 'Makefile');
  });

  it('takes the name and version of a release from its folder, where nothing else has them', () => {
    const linesOf = (files: Readonly<Record<string, string>>, name: string) =>
      draftText(draftFor({ ...projectOf(files), name })!.draft).match(/^(?:name|version|  - \{ path): ?.*/gm);
    const own = { 'configure.ac': 'AC_INIT([pipe], [2.0])\n' };
    assert.deepEqual(linesOf({ configure: '' }, 'pv-1.6.20'), [
      'name: pv',
      'version: 1.6.20',
      '  - { path: pv, as: "pv-{target}", kind: executable }',
    ]);
    assert.deepEqual(linesOf({ Makefile: '' }, 'p7zip-full-v16.02')?.slice(0, 2), [
      'name: p7zip-full',
      'version: 16.02',
    ]);
    assert.deepEqual(linesOf(own, 'pv-1.6.20')?.slice(0, 2), ['name: pipe', 'version: 2.0']);
    assert.deepEqual(linesOf({ Makefile: '' }, 'x-window'), [
      'name: x-window',
      '  - { path: x-window, as: "x-window-{target}", kind: executable }',
    ]);
  });

  it('has what makes the sources of a repository, and the library of terminals by whatever name it is looked for', () => {
    const packagesOf = (input: string, more: Readonly<Record<string, string>> = {}) =>
      draftText(draftFor(projectOf({ 'configure.ac': input, ...more }))!.draft).match(
        /^  bookworm: .*?packages: (\[.*?\])(?:, sysroot: .*packages: (\[.*\]))?/m,
      )!;
    const made = 'AC_PROG_YACC\nAM_PROG_LEX\nAM_GNU_GETTEXT([external])\nAX_PTHREAD\n';
    assert.match(packagesOf(made)[1]!, /, pkg-config, bison, flex, autopoint, gettext, autoconf-archive\]$/);
    assert.doesNotMatch(packagesOf('dnl AC_PROG_YACC\n')[1]!, /bison/);
    assert.doesNotMatch(packagesOf(made, { configure: '' })[1]!, /bison|gettext/);
    const terminal =
      'for name in ncursesw6 ncurses; do try $name; done\nAC_CHECK_HEADERS([ncurses/curses.h])\n';
    assert.equal(packagesOf(terminal)[2], '[libc6-dev, libncurses-dev]');
  });

  it('takes the Debian whose setuptools a project of Python asks for, however it writes that', () => {
    const suiteFor = (requirement: string, project = '') => {
      const text = `[build-system]\nrequires = ["${requirement}"]\n\n[project]\nname = "greet"\n${project}`;
      return Object.keys(draftFor(projectOf({ 'pyproject.toml': text }))!.draft.environments)[0];
    };
    for (const requirement of [
      'setuptools>=77',
      'setuptools > 77.0.3',
      'setuptools[core] >= 70',
      'setuptools~=77.0',
    ])
      assert.equal(suiteFor(requirement), 'trixie', requirement);
    for (const requirement of ['setuptools', 'setuptools>=61.0', 'setuptools<80'])
      assert.equal(suiteFor(requirement), 'bookworm', requirement);
    assert.equal(suiteFor('setuptools', 'license = "MIT"\n'), 'trixie');
    assert.equal(suiteFor('setuptools', 'license-files = ["LICENSE"]\n'), 'trixie');
    assert.equal(suiteFor('setuptools', 'license = { text = "MIT" }\n'), 'bookworm');
    assert.equal(suiteFor('setuptools', '[tool.setuptools]\nlicense-files = ["LICENSE"]\n'), 'bookworm');
  });

  it('takes the program that is called as the project is, wherever it is built', () => {
    const pathOf = (files: Readonly<Record<string, string>>) =>
      draftText(draftFor(projectOf(files))!.draft).match(/path: ([^,]+)/)![1];
    const meson = "project('greet', 'c')\nexecutable('convert', 'a.c')\nexecutable('greet', 'b.c')\n";
    assert.equal(pathOf({ 'meson.build': meson }), 'build/greet');
    const cmake =
      'project(Greet C)\nadd_executable(check t.c)\nadd_subdirectory(test)\nadd_subdirectory(src)\n';
    const below = { 'test/CMakeLists.txt': 'add_executable(greet t.c)\n' };
    const src = (text: string) => ({ 'CMakeLists.txt': cmake, ...below, 'src/CMakeLists.txt': text });
    assert.equal(pathOf(src('add_executable(${PROJECT_NAME} a.c)\n')), 'build/src/Greet');
    assert.equal(pathOf(src('add_executable(greet a.c)\n')), 'build/src/greet');
    assert.equal(pathOf(src('add_library(words SHARED a.c)\n')), 'build/check');
  });

  it('has nothing for a folder that nothing is known of', () => {
    assert.equal(draftFor(projectOf({ 'README.md': '' })), undefined);
  });
});

function draftFor(files: ProjectFiles) {
  const kind = kindsOf(files)[0];
  return kind && { draft: kind.draft(files), file: kind.file };
}

function projectOf(contents: Readonly<Record<string, string>>): ProjectFiles {
  const paths = Object.keys(contents);
  return {
    name: 'folder',
    names: new Set(paths.map((path) => path.split('/')[0]!)),
    read: (path) => contents[path],
    folders: (folder) => {
      const start = folder === '' ? '' : `${folder}/`;
      const below = paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
      return [...new Set(below.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!))];
    },
    packageOf: debianPackage,
  };
}
