import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderBuild } from '../../../src/present/build.ts';

test('the last line of a build tells how much of it was work', () => {
  const last = (targets: number, run: number, cached: number, milliseconds = 400) => {
    const result = {
      project: 'hello',
      version: undefined,
      dist: '/dist',
      artifacts: [],
      targets,
      steps: { run, cached },
      milliseconds,
    };
    return renderBuild(result, { color: false, cwd: '/' }).trimEnd().split('\n').at(-1);
  };
  assert.equal(last(4, 4, 0, 38_420), '4 targets in 38.4s, 4 steps run');
  assert.equal(last(4, 1, 7, 61_000), '4 targets in 1m 01s, 1 step run and 7 cached');
  assert.equal(last(4, 0, 8), '4 targets in 0.4s, all 8 steps cached');
  assert.equal(last(1, 0, 1), '1 target in 0.4s, its step cached');
  assert.equal(last(1, 0, 0), '1 target in 0.4s');
});
