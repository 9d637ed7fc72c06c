import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FormatError } from '../../../src/formats/format-error.ts';
import { readGitIndex } from '../../../src/formats/git-index.ts';

describe('the git index', () => {
  for (const version of ['2', '3', '4']) {
    it(`lists what git lists, version ${version}`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'targetry-git-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
      try {
        git('init', '--quiet');
      } catch {
        t.skip('git is not installed');
        return;
      }
      mkdirSync(join(folder, 'src/deep'), { recursive: true });
      for (const path of ['a', 'src/one.c', 'src/one.h', 'src/deep/zwölf.c', `src/${'long'.repeat(50)}`]) {
        writeFileSync(join(folder, path), path);
      }
      symlinkSync('one.c', join(folder, 'src/link'));
      git('add', '.');
      // An entry with the extended flag is what makes version 3.
      writeFileSync(join(folder, 'later'), '');
      git('add', '--intent-to-add', 'later');
      if (version === '4') git('update-index', '--index-version', version);
      const tracked = readGitIndex(readFileSync(join(folder, '.git/index')));
      assert.deepEqual(
        tracked.map(({ path }) => path),
        git('ls-files', '-z').split('\0').filter(Boolean),
      );
      assert.deepEqual(
        tracked.filter(({ kind }) => kind === 'link').map(({ path }) => path),
        ['src/link'],
      );
    });
  }

  it('refuses what is no index, and one that is cut short', () => {
    assert.throws(() => readGitIndex(Buffer.from('hello')), FormatError);
    const cut = Buffer.alloc(40);
    cut.write('DIRC');
    cut.writeUInt32BE(2, 4);
    cut.writeUInt32BE(1, 8);
    assert.throws(() => readGitIndex(cut), FormatError);
  });
});
