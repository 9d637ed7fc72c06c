import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { failureClasses } from '../../../src/explain/failure-classes.ts';
import { noisy } from './noise.ts';
import { classesIn } from './explained.ts';

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

  for (const { class: name, examples, lookAlikes } of failureClasses) {
    it(`recognises ${name}, and not what only reads like it`, async () => {
      for (const example of examples) assert.equal((await classesIn(example))[0], name, example);
      for (const log of lookAlikes) assert.ok(!(await classesIn(log)).includes(name), log);
    });
  }
});

describe('a failure that people reported in public', () => {
  for (const { log, class: name, source } of known) {
    it(`is told rightly: ${name}, ${source}`, async () => {
      assert.equal((await classesIn(log))[0], name);
      assert.equal((await classesIn(noisy(log)))[0], name, 'among the lines of a whole build');
    });
  }
});
