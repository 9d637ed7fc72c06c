import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Claims } from '../../../src/store/claims.ts';

function setUp(t: TestContext): { claims: Claims; other: Claims; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-claims-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { claims: new Claims(folder), other: new Claims(folder), file: join(folder, 'claims', 'it') };
}

const never = new AbortController().signal;

test('of two who want to make the same thing one waits until the other is done', async (t) => {
  const { claims, other, file } = setUp(t);
  const claim = claims.take('it');
  assert.ok(claim);
  assert.equal(other.take('it'), undefined);
  assert.ok(other.take('something else'));
  let waited = false;
  const waiting = other.released('it', never).then(() => (waited = true));
  await new Promise(setImmediate);
  assert.ok(!waited);
  claim.release();
  await waiting;
  assert.ok(!existsSync(file));
  assert.ok(other.take('it'));
});

test('the claim of a process that was killed is taken over at once', async (t) => {
  const { claims, other, file } = setUp(t);
  claims.take('it');
  const dead = String(spawnSync('true').pid);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\d+$/, dead));
  await other.released('it', never);
  assert.ok(other.take('it'));
});

test('the claim of a process that stands still, or that can’t be seen from here, ends after a while', (t) => {
  const { claims, other, file } = setUp(t);
  claims.take('it');
  writeFileSync(file, 'elsewhere 1');
  assert.equal(other.take('it'), undefined);
  const before = Date.now() / 1000 - 60;
  utimesSync(file, before, before);
  assert.ok(other.take('it'));
});

test('who waits can be stopped', async (t) => {
  const { claims, other } = setUp(t);
  claims.take('it');
  await assert.rejects(other.released('it', AbortSignal.abort()), { code: 'canceled' });
});

test('a folder that can’t be written to keeps nobody from working', (t) => {
  const { file } = setUp(t);
  writeFileSync(join(file, '..', '..', 'file'), '');
  new Claims(join(file, '..', '..', 'file')).take('it')!.release();
});
