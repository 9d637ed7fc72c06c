/** A secret reaches its step and nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/base/sha256.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import type { RunOptions, State } from '../../src/graph/state.ts';
import { Failure } from '../../src/report/failure.ts';
import type { Event } from '../../src/report/event.ts';

const skip = noScene ?? false;
const token = 'tok\'en-"$HOME"-ä\nsecond line';
const binary = Buffer.from([0, 1, 255, 0, 254, 10]);

/** Files under the folder that hold the text, whatever their names. */
function holding(folder: string, text: string): string[] {
  try {
    return execFileSync('grep', ['-rlaF', '--', text, folder], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}

test(
  'a secret comes as a variable and as a file, exactly as it is, and only while the step runs',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const used = step(
      scene.root,
      `printf %s "$TOKEN" | sha256sum; sha256sum </run/secrets/bin; stat -c %a /run/secrets/bin /run/secrets/own
     env | grep -c ^TOKEN; env | grep -c ^MISSING || true; echo x >/run/secrets/bin 2>&1 || echo no; ls /proc/self/fd | wc -l`,
      {
        name: 'used',
        secretEnv: { TOKEN: 'token', MISSING: { id: 'missing', optional: true } },
        mounts: {
          '/run/secrets/bin': { secret: 'bin' },
          '/run/secrets/own': { secret: 'token', mode: 0o444 },
        },
      },
    );
    const after = step(used, 'ls -R /run; env', { name: 'after' });
    const secrets = { token, bin: binary };
    const { output, error } = await scene.solve([after], { secrets });
    assert.equal(error, undefined);
    const sum = (value: string | Buffer) => `${sha256(value)}  -\n`;
    const plain = (await scene.sh('ls /proc/self/fd | wc -l')).trim();
    assert.match(output.get('used')!, /No such file|no\n/);
    assert.equal(
      output.get('used')!.replace(/^.*Read-only.*\n/m, ''),
      `${sum(token)}${sum(binary)}400\n444\n1\n0\nno\n${plain}\n`,
    );
    assert.equal(output.get('after')!.includes('secrets'), false);
  },
);

test('a value is hidden in output, logs and errors, also where it comes in pieces', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const value = 'v3ry-s3cret-value';
  const told: string[] = [];
  const onEvent = (event: Event) => {
    if (event.type === 'silent') told.push(...event.running);
  };
  const used = step(
    scene.root,
    `echo "one $TOKEN two"; printf v3ry-; sleep 0.1; printf s3cret-; sleep 0.1; echo value
     sh -c 'sleep 1.1; : "$1"' sh "$TOKEN"; cat /token >&2; printf v3ry; exit 3`,
    { secretEnv: { TOKEN: 'token' }, mounts: { '/token': { secret: 'token' } } },
  );
  const { output, error } = await scene.solve([used], { secrets: { token: `${value}\n` }, onEvent });
  assert.ok(error instanceof Failure);
  assert.equal(output.get('step'), 'one ***\n two\n***\n***\nv3ry');
  assert.ok(told.length > 0 && !told.join().includes('s3cret'), told.join());
  assert.equal(error.excerpt.join('\n').includes('s3cret'), false);
  assert.deepEqual(holding(scene.folder, 's3cret'), []);
});

test(
  'another value runs the step again, and what follows; the first one finds its result again',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const first = step(scene.root, 'echo "$TOKEN" | sha256sum >/sum', {
      name: 'first',
      secretEnv: { TOKEN: 'token' },
    });
    const second = step(first, 'cat /sum >/out', { name: 'second' });
    const outcomes = async (value: string) =>
      Object.fromEntries((await scene.solve([second], { secrets: { token: value } })).outcomes);
    const ran = { first: 'done', second: 'done' };
    const cached = { first: 'cached', second: 'cached' };
    assert.deepEqual(await outcomes('one-secret-value'), ran);
    assert.deepEqual(await outcomes('one-secret-value'), cached);
    assert.deepEqual(await outcomes('another-secret-value'), ran);
    assert.deepEqual(await outcomes('one-secret-value'), cached);
    for (const text of ['secret-value', sha256('one-secret-value')]) {
      assert.deepEqual(holding(join(scene.folder, 'store'), text), []);
    }
    assert.equal(statSync(join(scene.store.folder, 'secrets/salt')).mode & 0o777, 0o600);
  },
);

test('a secret that was not given is named before anything runs', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const before = step(scene.root, 'echo ran', { name: 'before' });
  const needs = (options: Partial<RunOptions>): State => step(before, ':', options);
  for (const options of [{ secretEnv: { TOKEN: 'token' } }, { mounts: { '/t': { secret: 'token' } } }]) {
    const { error, outcomes } = await scene.solve([needs(options)]);
    assert.equal((error as Failure).code, 'secret-missing');
    assert.match((error as Failure).message, /step step needs the secret token/);
    assert.deepEqual(outcomes, []);
  }
  const unfit = await scene.solve([needs({ secretEnv: { TOKEN: 'token' } })], { secrets: { token: binary } });
  assert.equal((unfit.error as Failure).code, 'secret-not-text');
});
