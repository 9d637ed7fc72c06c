import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { draftText } from '../../../src/config/drafts/draft.ts';
import { draftFor } from '../../../src/config/drafts/kinds.ts';
import { endOfLifeWarnings } from '../../../src/config/end-of-life.ts';
import { readProject } from '../../../src/config/read.ts';
import { debianPackage } from '../../../src/explain/package-names.ts';
import { firstProjects } from '../../first-projects.ts';
import { golden } from '../../golden.ts';

describe('a first targetry.yaml', () => {
  for (const [kind, files] of Object.entries(firstProjects)) {
    it(`for ${kind} is one that is read without a mistake`, (t) => {
      const contents = new Map(Object.entries(files));
      const names = new Set([...contents.keys()].map((path) => path.split('/')[0]!));
      const found = draftFor({
        name: 'folder',
        names,
        read: (name) => contents.get(name),
        packageOf: debianPackage,
      })!;
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
    const names = new Set(['Makefile', 'binding.gyp', 'CMakeLists.txt']);
    assert.equal(
      draftFor({ name: 'x', names, read: () => '', packageOf: debianPackage })!.file,
      'binding.gyp',
    );
  });

  it('takes a package.json only where it has something to build', () => {
    const names = new Set(['package.json', 'Makefile']);
    const fileFor = (manifest: string) =>
      draftFor({ name: 'x', names, read: () => manifest, packageOf: debianPackage })!.file;
    assert.equal(fileFor('{ "scripts": { "build": "tsc" } }'), 'package.json');
    for (const manifest of ['{ "scripts": { "test": "tap" } }', '{ "private": true }', '[', 'null'])
      assert.equal(fileFor(manifest), 'Makefile');
  });

  it('has nothing for a folder that nothing is known of', () => {
    assert.equal(
      draftFor({ name: 'x', names: new Set(['README.md']), read: () => undefined, packageOf: debianPackage }),
      undefined,
    );
  });
});
