import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, property, string } from 'fast-check';
import { Redaction, textsToHide } from '../../../src/engines/redact.ts';

function through(pieces: readonly (string | Uint8Array)[], secrets: readonly string[]): string {
  const redaction = new Redaction(textsToHide(secrets.map((one) => Buffer.from(one))));
  const shown = pieces.map((piece) => redaction.pass(Buffer.from(piece)));
  return Buffer.concat([...shown, redaction.end()]).toString('latin1');
}

test('a secret is hidden wherever the output is cut', () => {
  const text = 'a secret-1 and secret-1secret-12 and secre';
  for (let at = 0; at <= text.length; at++) {
    const pieces = [text.slice(0, at), text.slice(at)];
    assert.equal(through(pieces, ['secret-1']), 'a *** and ******2 and secre', String(at));
    assert.equal(through(pieces, ['secret-1', 'secret-12']), 'a *** and ****** and secre', String(at));
  }
});

test('a file of one line is hidden without its line end too, and what is too short never', () => {
  assert.equal(through(['x value y value\n'], ['value\r\n']), 'x *** y ***\n');
  assert.equal(through(['abc abc'], ['abc', 'abc\n']), 'abc abc');
});

test('nothing is held back but what may be the beginning of a secret', () => {
  const redaction = new Redaction(textsToHide([Buffer.from('secret')]));
  assert.equal(redaction.pass(Buffer.from('progress 10%')).toString(), 'progress 10%');
  assert.equal(redaction.pass(Buffer.from('x sec')).toString(), 'x ');
  assert.equal(redaction.pass(Buffer.from('tion')).toString(), 'section');
});

test('of secrets that overlap the first is hidden, however the output is cut', () => {
  assert.equal(through(['ab', 'abb', 'b'], ['babb', 'ababbb']), '***');
  assert.equal(through(['aaabb', 'b'], ['aaabbb', 'aabb']), '***');
});

test('no secret comes through, and nothing else is lost', () => {
  const small = string({ unit: constantFrom('a', 'b'), maxLength: 12 });
  const secret = string({ unit: constantFrom('a', 'b'), minLength: 4, maxLength: 6 });
  assertProperty(
    property(
      array(small, { maxLength: 8 }),
      array(secret, { minLength: 1, maxLength: 3 }),
      (pieces, secrets) => {
        const shown = through(pieces, secrets);
        assert.equal(shown, through([pieces.join('')], secrets));
        for (const part of shown.split('***')) {
          for (const one of secrets) assert.ok(!part.includes(one), `${shown} of ${pieces.join('')}`);
        }
      },
    ),
  );
});
