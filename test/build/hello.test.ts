import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/sha256.ts';
import { golden } from '../golden.ts';
import { helloProject, lockedProject, steady, targetry, whyNoBuilds } from './command-line.ts';

describe('the hello example', { skip: await whyNoBuilds() }, () => {
  it('is built for glibc and for musl on two CPUs, and the artifacts for this CPU run here', async (t) => {
    const folder = helloProject(t);
    const first = await targetry(['build'], { cwd: folder });
    assert.equal(first.exit, 0, first.stderr);
    golden('build/hello.txt', steady(first.stdout, folder));
    assert.deepEqual(readdirSync(join(folder, 'dist')).sort(), [
      'hello-linux-arm64-gnu',
      'hello-linux-arm64-musl',
      'hello-linux-x64-gnu',
      'hello-linux-x64-musl',
      'logs',
      'targetry.json',
    ]);
    for (const name of ['hello-linux-x64-gnu', 'hello-linux-x64-musl']) {
      assert.equal(
        execFileSync(join(folder, 'dist', name), ['--version'], { encoding: 'utf8' }),
        'hello 1.0\n',
      );
    }
  });

  it('is audited by itself as the README shows', async (t) => {
    const folder = lockedProject(t);
    await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    const audit = await targetry(['audit', 'dist/hello-linux-x64-gnu'], { cwd: folder });
    assert.equal(audit.exit, 0, audit.stderr);
    golden('build/audit.txt', audit.stdout);
  });

  it('is all CACHED the second time, and gives the same files', async (t) => {
    const folder = lockedProject(t);
    await targetry(['build'], { cwd: folder });
    const before = readFileSync(join(folder, 'dist/hello-linux-x64-gnu'));
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    const again = await targetry(['build'], { cwd: folder });
    assert.equal(again.exit, 0, again.stderr);
    const tasks = again.stderr.split('\n').filter((line) => line.startsWith('['));
    assert.ok(tasks.length > 0);
    assert.deepEqual(
      tasks.filter((line) => !line.includes('[CACHED]')),
      [],
    );
    assert.deepEqual(readFileSync(join(folder, 'dist/hello-linux-x64-gnu')), before);
    assert.equal(readFileSync(join(folder, 'targetry.lock'), 'utf8'), lock);
  });

  it('runs again only what a change of the source touches', async (t) => {
    const folder = lockedProject(t);
    await targetry(['build'], { cwd: folder });
    const source = readFileSync(join(folder, 'hello.c'), 'utf8');
    writeFileSync(join(folder, 'hello.c'), source.replace('"hello, %s\\n"', '"good day, %s\\n"'));
    const changed = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(changed.exit, 0, changed.stderr);
    assert.equal(
      execFileSync(join(folder, 'dist/hello-linux-x64-gnu'), { encoding: 'utf8' }),
      'good day, world\n',
    );
    assert.doesNotMatch(changed.stderr, /linux-x64-musl/);
    assert.ok(existsSync(join(folder, 'dist/hello-linux-x64-musl')), 'the other target keeps its artifact');
  });

  it('leaves a record of the build that is the same in any folder but for its times, and the whole logs', async (t) => {
    const records = [];
    for (const folder of [helloProject(t), helloProject(t)]) {
      const answer = await targetry(['build'], { cwd: folder });
      assert.equal(answer.exit, 0, answer.stderr);
      const { times, ...record } = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8'));
      records.push(record);
      assert.equal(times.steps.length, 11);
      for (const { path, sha256: recorded } of record.artifacts) {
        assert.equal(sha256(readFileSync(join(folder, 'dist', path))), recorded);
      }
      assert.equal(record.lock, sha256(readFileSync(join(folder, 'targetry.lock'))));
      const [, compile, check] = record.targets[0].steps;
      assert.match(readFileSync(join(folder, 'dist', compile.log), 'utf8'), /-o out\/hello hello\.c/);
      assert.equal(readFileSync(join(folder, 'dist', check.log), 'utf8'), 'hello 1.0\n');
    }
    assert.deepEqual(records[0], records[1]);
    assert.equal(records[0].schema, 'targetry.build/1');
    assert.deepEqual(records[0].artifacts[0].promises, ['glibc:2.31']);
    assert.deepEqual(records[0].artifacts[2].elf.machine, 'aarch64');
  });

  it('removes the logs of steps that are no more, and nothing else', async (t) => {
    const folder = lockedProject(t, {
      'dist/logs/linux-x64-gnu/09-gone.log': '',
      'dist/logs/linux-x64-gnu/notes.txt': '',
      'dist/other': '',
    });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    assert.deepEqual(readdirSync(join(folder, 'dist/logs/linux-x64-gnu')).sort(), [
      '02-compile.log',
      '03-check.log',
      'notes.txt',
    ]);
    assert.ok(existsSync(join(folder, 'dist/other')));
  });

  it('removes what it made under another name, and nothing that it did not make', async (t) => {
    const folder = lockedProject(t);
    const yaml = readFileSync(join(folder, 'targetry.yaml'), 'utf8').replace(
      '"hello-{target}"',
      '"{version}/{target}"',
    );
    const buildAs = async (version: string, ...targets: readonly string[]) => {
      writeFileSync(join(folder, 'targetry.yaml'), yaml.replace('version: 1.0', `version: ${version}`));
      const answer = await targetry(['build', ...targets], { cwd: folder });
      assert.equal(answer.exit, 0, answer.stderr);
    };
    const made = (version: string) => readdirSync(join(folder, 'dist', version)).sort();
    await buildAs('1.0');
    writeFileSync(join(folder, 'dist/1.0/linux-arm64-gnu'), 'mine by now');
    writeFileSync(join(folder, 'dist/1.0/notes.txt'), '');
    await buildAs('2.0', 'linux-x64-gnu');
    assert.deepEqual(made('1.0'), ['linux-arm64-gnu', 'linux-arm64-musl', 'linux-x64-musl', 'notes.txt']);
    assert.deepEqual(made('2.0'), ['linux-x64-gnu']);
    // What only the record of an earlier build names is still known.
    await buildAs('2.0', 'linux-arm64-*', 'linux-x64-musl');
    assert.deepEqual(made('1.0'), ['linux-arm64-gnu', 'notes.txt']);
    assert.equal(made('2.0').length, 4);
  });

  it('runs no step again because of a promise that any program of the environment keeps', async (t) => {
    const folder = lockedProject(t);
    await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    const yaml = readFileSync(join(folder, 'targetry.yaml'), 'utf8');
    writeFileSync(join(folder, 'targetry.yaml'), yaml.replace('glibc:2.31', 'glibc:2.33'));
    const again = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(again.exit, 0, again.stderr);
    assert.match(again.stderr, /compile \[CACHED\]/);
  });

  it('marshals to the same graph in any folder', async (t) => {
    const graphs = await Promise.all(
      [lockedProject(t), lockedProject(t)].map(async (folder) => {
        const answer = await targetry(['graph', '--format', 'text'], { cwd: folder });
        assert.equal(answer.exit, 0, answer.stderr);
        return answer.stdout;
      }),
    );
    assert.equal(graphs[0], graphs[1]);
  });
});
