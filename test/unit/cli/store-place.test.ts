import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyOfProgram, program } from '../../program.ts';

test('a store that is named by an empty variable is the usual one, not the folder of the project', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'targetry-home-'));
  const cwd = mkdtempSync(join(tmpdir(), 'targetry-project-'));
  t.after(() => [home, cwd].forEach((folder) => rmSync(folder, { recursive: true })));
  writeFileSync(
    join(cwd, 'targetry.yaml'),
    [
      'name: x',
      'environments: { e: { debian: bookworm, packages: [gcc] } }',
      'targets: { t: { environment: e, arch: x64 } }',
      'steps: [{ name: s, run: "true" }]',
      'artifacts: [{ path: a, kind: file }]',
    ].join('\n'),
  );
  spawnSync(process.execPath, [program, 'lock', '--mirror', 'http://127.0.0.1:1/debian'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: home, TARGETRY_STORE: '', XDG_CACHE_HOME: '' },
  });
  assert.deepEqual(readdirSync(cwd), ['targetry.yaml']);
  assert.ok(existsSync(join(home, '.cache/targetry')));
});

test(
  'a user whom a container made up, without a home, is told how to name a store',
  { skip: process.geteuid?.() !== 0 && 'only root can be another user' },
  (t) => {
    const top = mkdtempSync(join(tmpdir(), 'targetry-homeless-'));
    t.after(() => rmSync(top, { recursive: true }));
    chmodSync(top, 0o755);
    const { status, stderr } = spawnSync(process.execPath, [copyOfProgram(top), 'cache', 'verify'], {
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      uid: 54_321,
      gid: 54_321,
      encoding: 'utf8',
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /store \/\.cache\/targetry can't be written/);
    assert.match(stderr, /set TARGETRY_STORE/);
  },
);
