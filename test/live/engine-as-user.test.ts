/** The engine's suites once more, as a user without any privilege, where root runs them. */
import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noScene } from '../engine-scene.ts';

const skip = noScene ?? (process.getuid!() === 0 ? false : 'this is an ordinary user already');
/** One that no machine has. */
const uid = 54_321;

const suites = readdirSync(new URL('.', import.meta.url)).filter((name) =>
  /^engine-(steps|isolation|faults|emulation|mounts|files|secrets|caches)\.test\.js$/.test(name),
);

test('as an ordinary user', { skip }, async (t) => {
  // Copied, because the repository may be in a folder that only its owner may enter.
  const home = mkdtempSync(join(tmpdir(), 'targetry-user-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  chmodSync(home, 0o755);
  const build = fileURLToPath(new URL('../..', import.meta.url));
  cpSync(build, join(home, 'build'), { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
  const project = resolve(build, '..');
  cpSync(join(project, 'package.json'), join(home, 'package.json'));
  cpSync(join(project, 'data'), join(home, 'data'), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(home, 'node_modules'));
  const own = join(home, 'own');
  cpSync(join(project, 'package.json'), join(own, 'package.json'));
  chownSync(own, uid, uid);

  for (const suite of suites) {
    await t.test(suite, () => {
      const { status, stdout } = spawnSync(
        process.execPath,
        ['--test', join(home, 'build/test/live', suite)],
        {
          uid,
          gid: uid,
          cwd: own,
          env: { PATH: process.env['PATH'], TMPDIR: own, TARGETRY_SHARED: resolve('../shared') },
          encoding: 'utf8',
          timeout: 300_000,
        },
      );
      assert.equal(status, 0, stdout);
      assert.match(stdout, /# pass [1-9]/);
    });
  }
});
