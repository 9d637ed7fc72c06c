/** Which part of a program brings a symbol in: asked of objects and libraries that the machine's own compiler made. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findObjects } from '../../src/audit/find-objects.ts';

const MAIN = '#include <stdio.h>\nint other(void);\nint main(void) { return printf("%d", other()); }\n';
const OTHER = '#include <stdlib.h>\nint other(void) { return atoi(getenv("X")); }\n';

test('objects, static libraries and link maps name the part that asks for a symbol', async (t) => {
  if (spawnSync('gcc', ['--version']).status !== 0) return t.skip('needs gcc');
  const folder = mkdtempSync(join(tmpdir(), 'objects-'));
  try {
    mkdirSync(join(folder, 'parts'));
    writeFileSync(join(folder, 'main.c'), MAIN);
    writeFileSync(join(folder, 'other.c'), OTHER);
    writeFileSync(join(folder, 'parts', 'notes.txt'), 'no object');
    run(folder, 'gcc', '-c', 'main.c', '-o', 'parts/main.o');
    run(folder, 'gcc', '-c', 'other.c', '-o', 'other.o');
    run(folder, 'ar', 'rcs', 'parts/libother.a', 'other.o');
    run(folder, 'gcc', 'parts/main.o', 'parts/libother.a', '-o', 'program', '-Wl,-Map=program.map,--cref');

    const wanted = new Set(['printf', 'getenv', 'fcntl64']);
    const found = await findObjects(join(folder, 'parts'), wanted);
    assert.deepEqual(Object.fromEntries(found), { printf: ['main.o'], getenv: ['libother.a(other.o)'] });
    const mapped = await findObjects(join(folder, 'program.map'), wanted);
    assert.deepEqual(mapped.get('printf'), ['parts/main.o']);
    assert.deepEqual(mapped.get('getenv'), ['parts/libother.a(other.o)']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function run(cwd: string, command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}
