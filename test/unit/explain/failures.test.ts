import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { failureClasses } from '../../../src/explain/failure-classes.ts';
import { carriers, noisy } from './noise.ts';
import { classesIn, explainer } from './explained.ts';

interface KnownFailure {
  readonly log: string;
  readonly class: string;
  readonly source: string;
}

const here = new URL('../../../../test/unit/explain/', import.meta.url);
const known = JSON.parse(readFileSync(new URL('known-failures.json', here), 'utf8')) as KnownFailure[];

describe('the knowledge base', () => {
  it('knows more than eighty ways to fail, each with examples, look-alikes and references', () => {
    assert.ok(failureClasses.length > 80, `${failureClasses.length} classes`);
    for (const { class: name, examples, lookAlikes, references } of failureClasses) {
      assert.ok(examples.length >= 2, `${name} has ${examples.length} examples`);
      assert.ok(lookAlikes.length >= 1, `${name} has no look-alike`);
      assert.ok(references.length >= 1, `${name} has no reference`);
    }
  });

  it('speaks only of classes that it has', () => {
    const names = new Set(failureClasses.map((failure) => failure.class));
    assert.equal(names.size, failureClasses.length);
    for (const { class: name, explains = [], candidates = [] } of failureClasses) {
      const spokenOf = [...explains, ...candidates.map((candidate) => candidate.class)];
      const unknown = spokenOf.filter((other) => !names.has(other) || other === name);
      assert.deepEqual(unknown, [], name);
    }
  });

  it('has its words listed in the bundle, as they are found out without it', () => {
    const listed = new URL('../../../bundle/explain-words.json', import.meta.url);
    assert.deepEqual(JSON.parse(readFileSync(listed, 'utf8')), explainer.words);
  });

  for (const { class: name, examples, lookAlikes } of failureClasses) {
    it(`recognises ${name}, and not what only reads like it`, async () => {
      for (const example of examples) assert.equal((await classesIn(example))[0], name, example);
      for (const log of lookAlikes) assert.ok(!(await classesIn(log)).includes(name), log);
    });
  }
});

describe('a failure that people reported in public', () => {
  for (const name of new Set(known.map((one) => one.class))) {
    it(`is told rightly, alone and among the lines of a whole build: ${name}`, async () => {
      const wrong: string[] = [];
      for (const { log, source } of known.filter((one) => one.class === name)) {
        const [alone] = await classesIn(log);
        const [among] = await classesIn(noisy(log));
        if (alone !== name || among !== name) wrong.push(`${alone}, ${among}: ${source}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
});

/** One on each line: the class, a tab, the words, with \\n for the ends of lines. */
const wordings = readFileSync(new URL('wordings.txt', here), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => ({
    class: line.slice(0, line.indexOf('\t')),
    log: line
      .slice(line.indexOf('\t') + 1)
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t'),
  }));

describe('a failure in the words of many tools', () => {
  it('is told rightly, alone and among the lines of a whole build', async () => {
    const wrong: string[] = [];
    for (const { class: name, log } of wordings) {
      const [alone] = await classesIn(log);
      if (alone !== name) wrong.push(`${name}, not ${alone}: ${log}`);
    }
    assert.deepEqual(wrong, []);
  });
});

describe('a failure that something else passed on', () => {
  for (const [by, carry] of Object.entries(carriers)) {
    it(`is told rightly: ${by}`, async () => {
      const wrong: string[] = [];
      for (const { class: name, examples } of failureClasses) {
        const [log] = examples;
        const carried = log!.split('\n').map(carry).join('\n');
        const [found] = await classesIn(carried);
        if (found !== name) wrong.push(`${name}, not ${found}: ${carried}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
});

describe('of several failures in one log', () => {
  const stories: readonly (readonly [string, string, string])[] = [
    [
      'no name can be resolved, so no package is found',
      'dns-failure',
      "Err:1 http://mirror.example/debian bookworm InRelease\n  Temporary failure resolving 'mirror.example'\nW: Some index files failed to download.\nE: Unable to locate package gcc\n/bin/sh: 1: gcc: not found",
    ],
    [
      'the disk is full, so signatures look bad',
      'disk-full',
      "cp: error writing '/var/lib/x': No space left on device\nW: GPG error: http://mirror.example/debian bookworm InRelease: At least one invalid signature was encountered.\nE: The repository is not signed.",
    ],
    [
      'files are used up, so a library is not found',
      'fd-limit',
      'ld: cannot open a.o: Too many open files\n/usr/bin/ld: cannot find -lgcc\ncollect2: error: ld returned 1 exit status',
    ],
    [
      'the clock is wrong, so certificates are',
      'clock-skew',
      'curl: (60) SSL certificate problem: certificate is not yet valid\nE: Release file for http://mirror.example/x is expired (invalid since 3d)\nfatal: unable to access: server certificate verification failed. CAfile: none',
    ],
    [
      'a system call is missing, so a cache looks damaged',
      'syscall-enosys',
      "unexpected errno: 38\nerror: unable to access options file '.zig-cache/c/24/options.zig': Unexpected",
    ],
    [
      'the keyring is old, so nothing is signed and nothing found',
      'apt-key-missing',
      "W: GPG error: http://mirror.example/debian trixie InRelease: NO_PUBKEY 6ED0E7B82643E131\nE: The repository 'http://mirror.example/debian trixie InRelease' is not signed.\nE: Unable to locate package make",
    ],
    [
      'a list of mirrors is gone for good, so its name is not found, where each can bring about the other',
      'eol-repo',
      "  - Curl error (6): Couldn't resolve host name for http://mirrorlist.centos.org/?release=8\nError: Failed to download metadata for repo 'appstream': Cannot prepare internal mirrorlist: Curl error (6): Couldn't resolve host name",
    ],
    [
      'what was tried again is not what was fatal',
      'npm-version-missing',
      ' WARN  GET https://registry.example/vite error (ETIMEDOUT). Will retry in 10 seconds. 2 retries left.\n ERR_PNPM_NO_MATCHING_VERSION  No matching version found for foo@3.6.31',
    ],
  ];
  for (const [title, name, log] of stories) {
    it(`the first cause is told: ${title}`, async () => assert.equal((await classesIn(noisy(log)))[0], name));
  }
});
