import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { program } from '../../program.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import { Store } from '../../../src/store/store.ts';

/** A project of which the last build failed for want of cmake. */
async function failedProject(t: TestContext) {
  const cwd = mkdtempSync(join(tmpdir(), 'targetry-explain-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const log = join(cwd, 'failed.log');
  writeFileSync(log, '/bin/sh: 1: cmake: not found\n');
  writeFileSync(join(cwd, 'targetry.yaml'), 'name: x\n');
  const store = join(cwd, 'store');
  const step = { log, name: 'compile of x64', distro: null };
  await (await Store.open(store)).writeRecord('failed-step', sha256(cwd), step);
  const env = { PATH: process.env['PATH'], TARGETRY_STORE: store };
  const inShell = (pipe: string) => ({
    words: ['-c', pipe.replace('explain', `"${process.execPath}" "${program}" explain`)],
    options: { cwd, env },
  });
  return { cwd, env, inShell };
}

const [ofThePipe, ofTheStep] = [/^go-checksum-mismatch /, /^tool-missing /];
const other = 'verifying example.org/a@v1.0.0: checksum mismatch';

test('explains the log that is piped, not the last build that failed', async (t) => {
  const { inShell } = await failedProject(t);
  for (const pipe of [`echo "${other}" | explain`, `echo "${other}" > log; explain < log`]) {
    const { words, options } = inShell(pipe);
    const { stdout, stderr } = spawnSync('sh', words, { ...options, encoding: 'utf8' });
    assert.match(stdout, ofThePipe, pipe + stderr);
    assert.match(stdout, /^log: +standard input$/m);
  }
});

test('explains the last build that failed where a job of CI has nothing on its standard input', async (t) => {
  const { cwd, env, inShell } = await failedProject(t);
  for (const pipe of ['true | explain', 'explain < /dev/null', 'explain <&-']) {
    const { words, options } = inShell(pipe);
    const { stdout, stderr } = spawnSync('sh', words, { ...options, encoding: 'utf8' });
    assert.match(stdout, ofTheStep, pipe + stderr);
    assert.match(stdout, /^log: +step compile of x64 \(failed\.log\)$/m);
  }
  // A program of Node leaves the standard input of those that it starts open.
  const child = spawn(process.execPath, [program, 'explain'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  assert.match(await text(child.stdout), ofTheStep);
});

test('says what it waits for where a pipe stays open', async (t) => {
  const { cwd, env } = await failedProject(t);
  const pipe = join(cwd, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const end = openSync(pipe, 'r+');
  const child = spawn(process.execPath, [program, 'explain'], { cwd, env, stdio: [end, 'pipe', 'pipe'] });
  const stdout = text(child.stdout!);
  const [told] = (await once(child.stderr!, 'data')) as [Buffer];
  assert.match(String(told), /^reading a log from standard input; .* targetry explain < \/dev\/null\n$/);
  // Whoever waits in vain can stop it, while the pipe is still open.
  child.kill('SIGINT');
  assert.equal(await stdout, '');
  closeSync(end);
});
