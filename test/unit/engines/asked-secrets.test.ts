import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireSecrets } from '../../../src/engines/asked-secrets.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import { source } from '../../../src/graph/sources.ts';
import { Failure } from '../../../src/report/failure.ts';

test('a bundle of certificates that is asked for as a variable is refused with the way to a file, not by the kernel', () => {
  const platform = { os: 'linux', architecture: 'amd64' } as const;
  const secretEnv = { CA: 'ca' };
  const step = source('root://x', { platform, name: 'root' }).run({
    name: 'deps',
    args: ['true'],
    secretEnv,
  });
  const graph = graphOf([step.root()]);
  const ask = (bytes: number) => {
    const secrets = new Map([['ca', Buffer.alloc(bytes, 'x')]]);
    requireSecrets(graph.vertices, { inputs: new Map(), exports: [], secrets, signal: AbortSignal.any([]) });
  };
  assert.doesNotThrow(() => ask(131_072 - 'CA='.length - 1));
  const tooLong = (error: unknown) =>
    error instanceof Failure && error.code === 'secret-not-text' && /131069 bytes/.test(error.why ?? '');
  assert.throws(() => ask(131_072 - 'CA='.length), tooLong);
});
