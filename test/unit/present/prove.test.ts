import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProveResult } from '../../../src/operations/prove.ts';
import { renderProof } from '../../../src/present/prove.ts';

test('a run that fails where nothing could be computed is not called as computed', () => {
  const run = (predicted: 'yes' | 'no' | 'unknown', measured: 'runs' | 'fails') => ({
    one: { artifact: { name: 'top' }, place: 'debian-12' },
    run: { code: 127 },
    predicted,
    measured,
    agrees: true,
    because: 'it needs libncursesw.so.6, which not every installation has',
  });
  const headOf = (...proven: ReturnType<typeof run>[]) => {
    const result = { proven, dist: undefined } as unknown as ProveResult;
    return renderProof(result, { color: false, cwd: '/' }).split('\n')[0];
  };
  const runs = run('yes', 'runs');
  assert.equal(headOf(runs, run('no', 'fails')), '1 artifact in 1 environment: all as computed');
  assert.equal(
    headOf(runs, run('unknown', 'fails')),
    '1 artifact in 1 environment: 1 run failed, which the audit could not tell before; all others as computed',
  );
  assert.equal(
    headOf(run('unknown', 'fails')),
    '1 artifact in 1 environment: 1 run failed, which the audit could not tell before',
    'one could read that all went well',
  );
});
