/** What differs between our root and one that mmdebstrap installs of the same packages, path by path. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { readLock } from '../../src/lock/read.ts';
import { ExampleRoots, RELEASES, repository, whyNotHere } from '../example-roots.ts';
import { compareRoots, membersOfTar } from '../root-archives.ts';

const explanations = join(repository, 'test/mmdebstrap-differences.json');

describe("roots of the example environments beside mmdebstrap's", { skip: whyNotHere() || noTool() }, () => {
  const roots = new ExampleRoots();
  const used = new Set<string>();

  for (const release of RELEASES) {
    roots.test(`${release}: every difference is explained`, async () => {
      const { path } = await roots.write('one', release, 'x64');
      const theirs = join(roots.top, 'mmdebstrap.tar');
      const lock = (await readLock(join(roots.top, 'one/targetry.lock'), 'targetry.lock'))!;
      const { packages } = lock.environments.find(({ name, arch }) => name === release && arch === 'amd64')!;
      const include = packages.map(({ name, version }) => `${name}=${version}`).join(',');
      const words = ['--quiet', '--variant=custom', '--architectures=amd64', `--include=${include}`];
      execFileSync('mmdebstrap', [...words, release, theirs], { stdio: ['ignore', 'ignore', 'inherit'] });
      const found = compareRoots(await membersOfTar(path), await membersOfTar(theirs), explanations);
      rmSync(theirs);
      assert.deepEqual(found.unexplained, []);
      for (const one of found.used) used.add(one);
    });
  }

  roots.test('no explanation is left of a difference that is gone', () => {
    const all = JSON.parse(readFileSync(explanations, 'utf8')) as { path: string }[];
    assert.deepEqual(
      all.map(({ path }) => path).filter((path) => !used.has(path)),
      [],
    );
  });
});

function noTool(): string | false {
  return spawnSync('mmdebstrap', ['--version']).error === undefined ? false : 'mmdebstrap is not installed';
}
