import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { temporary } from '../audited.ts';
import { targetry } from '../build/command-line.ts';
import { makeElf } from '../elf-maker.ts';
import { noScene } from '../engine-scene.ts';
import { daemonFor } from './daemons.ts';
import { lightProject } from './light-project.ts';

/** Of this run alone: what was built and proven before would be known. */
const now = `: ${Date.now()}`;

const project = `
targets:
  it: { environment: debian-11, arch: x64, env: { CC: tcc } }
steps:
  - { name: compile, run: "${now}; make OUT=out/hello" }
artifacts:
  - { path: out/hello, kind: executable }
proof:
  - { in: [debian-11], run: '${now}; "$ARTIFACT" --version' }
`;

const emulating = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64') && 'this machine emulates arm64';

test(
  'who builds on a daemon proves there too, and what is stated is the same',
  { skip: noScene },
  async (t) => {
    const daemon = await daemonFor(t, 'newest');
    if (daemon === undefined) return;
    const folder = lightProject(t, project);
    const prove = async (...words: readonly string[]) => {
      const answer = await targetry(['prove', '--format', 'json', ...words], { cwd: folder });
      assert.equal(answer.exit, 0, answer.stderr);
      return answer;
    };
    const there = await prove('--buildkit-addr', daemon.address);
    const here = await prove();
    assert.match(here.stderr, /run in debian-11/);
    assert.doesNotMatch(here.stderr, /(compile|run in debian-11).*CACHED/, 'the daemon ran all of it');
    assert.equal(here.stdout, there.stdout);
  },
);

test(
  "a file for a CPU that the daemon's machine can't run is not said to fail: nothing is stated of it",
  { skip: noScene ?? emulating },
  async (t) => {
    const daemon = await daemonFor(t, 'newest');
    if (daemon === undefined) return;
    const cwd = temporary({ hello: makeElf({ machine: 183, interpreter: '/lib/ld-linux-aarch64.so.1' }) });
    const words = ['prove', 'hello', '--in', 'debian-12', '--buildkit-addr', daemon.address];
    const answer = await targetry(words, { cwd });
    assert.equal(answer.exit, 3, answer.stderr);
    assert.match(
      answer.stderr,
      /^error: step .* is for arm64, which unix:\S+ can't run \[buildkit-foreign-cpu\]$/m,
    );
    assert.equal(answer.stdout, '');
  },
);
