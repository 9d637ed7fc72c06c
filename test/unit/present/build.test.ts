import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuiltArtifact } from '../../../src/operations/building/audit-built.ts';
import type { BuildResult } from '../../../src/operations/build.ts';
import { renderBuild } from '../../../src/present/build.ts';

/** The summary of a build, of which only what is given matters. */
function summary(given: Partial<BuildResult>): string {
  const result: BuildResult = {
    project: 'hello',
    version: undefined,
    dist: '/dist',
    artifacts: [],
    images: [],
    targets: 1,
    steps: { run: 1, cached: 0 },
    milliseconds: 1,
    builders: [],
    ...given,
  };
  return renderBuild(result, { color: false, cwd: '/' });
}

test('the last line of a build tells how much of it was work', () => {
  const last = (targets: number, run: number, cached: number, milliseconds = 400) => {
    return summary({ targets, steps: { run, cached }, milliseconds }).trimEnd().split('\n').at(-1);
  };
  assert.equal(last(4, 4, 0, 38_420), '4 targets in 38.4s, 4 steps run');
  assert.equal(last(4, 1, 7, 61_000), '4 targets in 1m 01s, 1 step run and 7 cached');
  assert.equal(last(4, 0, 8), '4 targets in 0.4s, all 8 steps cached');
  assert.equal(last(1, 0, 1), '1 target in 0.4s, its step cached');
  assert.equal(last(1, 0, 0), '1 target in 0.4s');
});

test('the last lines of a build tell which builder did how much, and what was lost with one', () => {
  const text = summary({
    targets: 12,
    steps: { run: 12, cached: 0 },
    milliseconds: 5000,
    builders: [
      { name: 'tcp://a:1234', targets: 11, lost: 0 },
      { name: 'tcp://b:1234', targets: 0, lost: 3 },
      { name: 'tcp://c:1234', targets: 1, lost: 1 },
    ],
  });
  const lines = text.trimEnd().split('\n').slice(-4);
  assert.deepEqual(lines, [
    '12 targets in 5.0s, 12 steps run',
    '  tcp://a:1234: 11 targets',
    '  tcp://b:1234: lost, others built 3 that it began',
    '  tcp://c:1234: 1 target; lost, others built 1 that it began',
  ]);
});

test('of a system on which it can not be told whether a file runs, the summary of a build says why', () => {
  const verdict = (distro: string, runs: 'no' | 'unknown', why: string) => ({ distro, runs, because: [why] });
  const runsOn = [
    verdict('debian-11', 'no', 'it needs GLIBC_2.34'),
    verdict('debian-12', 'unknown', 'it needs libncursesw.so.6, which not every installation has'),
  ];
  const artifact = {
    as: 'top',
    size: 1,
    sha256: 'ab',
    promises: [],
    elf: undefined,
    inside: undefined,
    runsOn,
  };
  const text = summary({ artifacts: [artifact as unknown as BuiltArtifact] });
  assert.match(text, / in doubt debian-12: it needs libncursesw\.so\.6, which not every installation has\n/);
  assert.doesNotMatch(text, /because/);
});

test('a wheel whose name says a newer system than it needs is told of, as pip goes by the name', () => {
  const tagLine = (as: string) => {
    const audit = { kind: 'wheel', elfs: [], tags: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'] };
    const artifact = { as, size: 1, sha256: 'ab', promises: [], runsOn: [], inside: { audit, floors: [] } };
    const text = summary({ artifacts: [artifact as unknown as BuiltArtifact] }).replaceAll(/\n {10,}/g, ' ');
    return /^ +tag +(.*)$/m.exec(text)?.[1];
  };
  const own = 'manylinux_2_17_x86_64, manylinux2014_x86_64';
  assert.equal(tagLine('x-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'), own);
  assert.equal(tagLine('x-1-cp313-cp313-linux_x86_64.whl'), own);
  assert.equal(
    tagLine('x-1-cp313-cp313-manylinux_2_41_x86_64.whl'),
    `${own}, and its name says manylinux_2_41_x86_64, which fewer systems take`,
  );
});
