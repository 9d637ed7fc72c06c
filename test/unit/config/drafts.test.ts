import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { draftText, type ProjectFiles } from '../../../src/config/drafts/draft.ts';
import { draftFor } from '../../../src/config/drafts/kinds.ts';
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

  it('has nothing for a folder that nothing is known of', () => {
    assert.equal(draftFor(projectOf({ 'README.md': '' })), undefined);
  });
});

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
