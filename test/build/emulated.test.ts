import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { exampleProject, targetry, whyNoBuilds } from './command-line.ts';

const why = process.arch === 'x64' ? await whyNoBuilds() : 'needs x64, so that arm64 is another CPU';

describe('the example that is built by emulation', { skip: why }, () => {
  it('runs its steps as on arm64, with the QEMU that the lock names, and keeps its promise', async (t) => {
    const folder = exampleProject(t, 'emulated');
    // What an earlier run of this test left in the store is no answer.
    const command = ['build', '--set', `targets.linux-arm64.env.RUN=${Date.now()}`];
    const first = await targetry(command, { cwd: folder });
    assert.equal(first.exit, 0, first.stderr);
    assert.match(first.stderr, /^linux-arm64 run \| aarch64\nlinux-arm64 run \| hello from /m);
    assert.match(first.stdout, /is +aarch64, dynamic, glibc\n/);
    assert.match(first.stdout, /promise +glibc:2\.36 kept\n/);
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    assert.match(lock, /name: "qemu"\n {4}role: tool\n[^]*"name": "qemu-user"/);

    const record = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8'));
    const [source, ...steps] = record.targets[0].steps;
    assert.equal(source.emulator, null);
    for (const { emulator } of steps) assert.match(emulator, /^[0-9a-f]{64}$/);

    const again = await targetry(command, { cwd: folder });
    assert.equal(again.exit, 0, again.stderr);
    assert.deepEqual(
      again.stderr.split('\n').filter((line) => line.startsWith('[') && !line.includes('[CACHED]')),
      [],
    );
    assert.equal(readFileSync(join(folder, 'targetry.lock'), 'utf8'), lock);
    const { times, ...same } = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8'));
    assert.deepEqual({ ...same, times: record.times }, record);
    assert.notEqual(times.started, record.times.started);
    assert.deepEqual(readdirSync(join(folder, 'dist')).sort(), [
      'hello-linux-arm64',
      'logs',
      'targetry.json',
    ]);
  });
});
