import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Explainer } from '../../../src/explain/explain.ts';
import { failureClasses } from '../../../src/explain/failure-classes.ts';
import { readGuesses } from '../../../src/explain/guessing/guesses.ts';
import { Words } from '../../../src/explain/guessing/words.ts';
import { explainer } from './explained.ts';
import { carriers, noisy } from './noise.ts';

const byWordsAlone = new Explainer(failureClasses.map((failure) => ({ ...failure, signs: [] })));

async function rootIn(log: string, by = byWordsAlone) {
  const { findings } = await by.explain([Buffer.from(log)]);
  return findings[0];
}

/** One on each line: the class, a tab, what a tool that nobody knows might say of it. */
const invented = readFileSync(new URL('../../../../test/unit/explain/guesses.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [string, string]);

describe('a failure in words that nobody has listed', () => {
  it('is guessed, alone and among the lines of a whole build, and is told as a guess', async () => {
    const wrong: string[] = [];
    for (const [name, log] of invented) {
      for (const said of [log, noisy(log)]) {
        const root = await rootIn(said);
        if (root?.class !== name) wrong.push(`${name}, not ${root?.class}: ${log}`);
        else assert.ok(root.guessed && root.confidence < 0.6, log);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('is guessed whatever passed it on', async () => {
    const log = 'frobfetch: error: the trust anchors of the TLS server could not be validated';
    for (const carry of Object.values(carriers))
      assert.equal((await rootIn(carry(log)))?.class, 'tls-ca-missing');
  });

  it('gives way to what is known, wherever in the log that is', async () => {
    const guess = 'error: package store is locked by another process of the frob family';
    assert.equal((await rootIn(guess))?.class, 'cache-race');
    const root = await rootIn(`${guess}\ncp: cannot write: No space left on device`, explainer);
    assert.equal(root?.class, 'disk-full');
    assert.equal(root.guessed, false);
  });

  it('is not guessed where the work went well in the end', async () => {
    const log = 'frobfetch: error: the trust anchors of the TLS server could not be validated';
    assert.equal(await rootIn(`${log}\nusing the copy\nBUILD SUCCESSFUL in 3s`), undefined);
  });

  it('shows the words that tell it', async () => {
    const { evidence } = (await rootIn('frobfetch: error: the volume of the store is full'))!;
    const [{ text, from, to }] = evidence as [(typeof evidence)[0]];
    assert.equal(text.slice(from, to), 'volume');
  });
});

describe('the words of guesses', () => {
  it('speak of classes that are known', () => {
    const names = new Set(failureClasses.map((failure) => failure.class));
    const guesses = readGuesses();
    assert.ok(guesses.length > 60);
    assert.deepEqual(
      [...guesses].map((guess) => guess.class).filter((name) => !names.has(name)),
      [],
    );
    assert.ok(guesses.every(({ of }) => of.length > 0));
  });

  it('say what their language promises', () => {
    const says = (words: string, text: string) => new Words(words).areIn(text, text.toLowerCase());
    assert.ok(says('cannot find', "they couldn't find it") && says('cannot find', 'unable to find'));
    assert.ok(says('not .. found', 'was not to be found') && !says('not .. found', 'found'));
    assert.ok(says('no space', 'NO_SPACE') && says('out of date', 'out-of-date'));
    assert.ok(says('lib*', 'libfoo') && says('*.h', 'a/b.h') && !says('lib', 'libfoo'));
    assert.ok(says('glibc_#', 'GLIBC_2') && !says('glibc_#', 'GLIBC_PRIVATE'));
    assert.ok(says('one, two', 'of two') && !says('-lm', 'non-lm'));
    const text = 'Of THREE it is the second';
    assert.deepEqual(new Words('second, three').placeIn(text, text.toLowerCase()), { from: 3, to: 8 });
  });
});
