import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { program } from '../../program.ts';

for (const word of [
  'foo',
  'mirror.example.org/debian',
  'file:///srv/debian',
  'fedora=http://mirror.example',
  'debian=',
]) {
  test(`--mirror "${word}" is a mistake in the command`, () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'lock', `--mirror=${word}`], {
      encoding: 'utf8',
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /\[usage\]/);
    assert.match(stderr, /write the address of a server/);
  });
}
