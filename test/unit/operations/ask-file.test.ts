import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { smallestProgram } from '../../../src/engines/embedded/foreign-cpus.ts';
import { explainLog } from '../../../src/operations/explain.ts';

const other = process.arch === 'x64' ? 'arm64' : 'x64';
const oci = (arch: string) => (arch === 'x64' ? 'amd64' : arch);

/** What is said of a program that a log of this machine names. */
async function causeOf(t: TestContext, log: string, program: Uint8Array, here = true) {
  const cwd = mkdtempSync(join(tmpdir(), 'targetry-file-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'tool'), program);
  const context = { cwd, env: {}, store: cwd, emit: () => undefined, signal: new AbortController().signal };
  const input = (async function* () {
    yield Buffer.from(log);
  })();
  const [cause] = (await explainLog(context, { log: '-', input, here })).findings;
  return { class: cause!.class, told: cause!.asked.filter(({ check }) => check === 'file') };
}

const logs = [
  'bash: ./tool: cannot execute binary file: Exec format error',
  '/bin/sh: 1: ./tool: Exec format error',
  "OSError: [Errno 8] Exec format error: './tool'",
  'fork/exec ./tool: exec format error',
];

for (const log of logs) {
  test(`says for which CPU the program is: ${log}`, async (t) => {
    const { told, ...cause } = await causeOf(t, log, smallestProgram(oci(other)));
    assert.equal(cause.class, 'wrong-arch-binary');
    const found = `./tool is for ${other}, and this machine is ${process.arch}`;
    assert.deepEqual(told, [{ class: 'wrong-arch-binary', check: 'file', agrees: true, found }]);
  });
}

test('says that the program is for this CPU where another one must have been meant', async (t) => {
  const { told } = await causeOf(t, logs[0]!, smallestProgram(oci(process.arch)));
  assert.equal(told[0]!.found, `./tool is for ${process.arch}, as this machine is ${process.arch}`);
  assert.equal(told[0]!.agrees, false);
});

test('says nothing of a file that is no program, or is gone, or of another machine', async (t) => {
  const program = smallestProgram(oci(other));
  assert.deepEqual((await causeOf(t, logs[0]!, Buffer.from('#!/bin/sh\n'))).told, []);
  assert.deepEqual((await causeOf(t, logs[0]!, program.subarray(0, 20))).told, []);
  assert.deepEqual((await causeOf(t, logs[0]!.replace('tool', 'gone'), program)).told, []);
  assert.deepEqual((await causeOf(t, logs[0]!, program, false)).told, []);
});
