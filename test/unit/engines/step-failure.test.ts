import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepFailure, timeoutFailure } from '../../../src/engines/step-failure.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import { scratch } from '../../../src/graph/index.ts';

const platform = { os: 'linux', architecture: 'amd64' } as const;
const state = scratch()
  .platform(platform)
  .run({ name: 'compile', args: ['true'] })
  .root();
const vertex = { ...graphOf([state]).vertices.find(({ op }) => op.type === 'exec')!, target: 'x64' };
const ended = { path: '/logs/1.log', excerpt: ['last words'], shell: 'targetry shell --failed' };

test('a step that was killed says whether the machine ran out of memory', () => {
  const why = (code: number, killed: boolean) => stepFailure(vertex, { ...ended, code, killed }).why;
  assert.match(why(137, true)!, /ran out of memory while it ran/);
  assert.match(why(137, false)!, /something killed it: most often the kernel/);
  assert.match(why(127, true)!, /not found/);
  assert.equal(why(1, true), undefined);
});

test('a failed step names where to look, what was kept and which caches are gone', () => {
  const hint = (more: object) => stepFailure(vertex, { ...ended, code: 1, killed: false, ...more }).hint;
  assert.equal(hint({}), 'look around with `targetry shell --failed x64`; the whole log is in /logs/1.log');
  assert.equal(hint({ shell: undefined }), 'the whole log is in /logs/1.log');
  assert.equal(
    hint({ kept: 'failed.tar', givenUp: ['zig', 'index'] }),
    'what it left behind is in failed.tar; the whole log is in /logs/1.log; its caches zig, index start empty next time',
  );
  assert.match(
    timeoutFailure(vertex, { ...ended, timeout: 1000, kept: 'image' }).hint!,
    /it waited for: \/logs\/1\.log; what it left behind is in image$/,
  );
});
