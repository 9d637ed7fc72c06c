import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { program } from '../../program.ts';

function answered(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
}

test('help is given to whoever asks by `help COMMAND`, as other tools have it', () => {
  for (const command of [[], ['build'], ['cache', 'prune']]) {
    const { status, stdout } = answered('help', ...command);
    assert.equal(status, 0);
    assert.equal(stdout, answered(...command, '--help').stdout);
  }
  const { status, stderr } = answered('help', 'biuld');
  assert.equal(status, 2);
  assert.match(stderr, /there is no command "biuld".*\nhint: did you mean `targetry build`\?/);
});
