import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Explainer } from '../../../src/explain/explain.ts';
import { failureClasses } from '../../../src/explain/failure-classes.ts';

const explainer = new Explainer(failureClasses);

async function cureOf(log: string, environment?: 'debian' | 'alpine'): Promise<string> {
  const { findings } = await explainer.explain([Buffer.from(log)], { environment });
  return findings[0]!.cure;
}

const missing = '/bin/sh: 1: cmake: not found';

describe('the cure for a step of our own environments', () => {
  it('names the package and `packages:`, and no stage of an image', async () => {
    assert.equal(await cureOf(missing, 'debian'), 'add `cmake` to `packages:` of the environment');
    const unknown = '/bin/sh: 1: frobnicate: not found';
    assert.equal(
      await cureOf(unknown, 'debian'),
      'add the package that brings it to `packages:` of the environment',
    );
  });

  it('is told in the words of who installs for all other logs', async () => {
    assert.match(
      await cureOf(`+ apt-get update\n${missing}`),
      /^`apt-get install cmake`, .* stage of the image/,
    );
  });

  for (const environment of ['debian', 'alpine'] as const) {
    it(`installs nothing, of whatever class: ${environment}`, async () => {
      for (const { examples } of failureClasses)
        for (const example of examples)
          assert.doesNotMatch(
            await cureOf(example, environment),
            /`(?:apt-get install|apk add) \w|stage of the image/,
          );
    });
  }
});
