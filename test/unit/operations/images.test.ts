import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/base/sha256.ts';
import { parseLock } from '../../../src/lock/read.ts';
import { tar, type TarMember } from '../../archives.ts';
import { imageRegistry } from '../../image-registry.ts';
import { serve } from '../packages/local-server.ts';
import { failureOfWork, lockScene } from './lock-scene.ts';

const layer = (...members: readonly TarMember[]): Buffer => gzipSync(tar(members));
const base = layer({ path: 'etc/', type: '5' }, { path: 'etc/old', bytes: 'old' });
const top = layer({ path: 'etc/.wh.old' }, { path: 'etc/new', bytes: 'new' });
const gcc = { architecture: 'amd64', layers: [base, top], env: ['PATH=/opt/gcc/bin:/usr/bin', 'EMPTY='] };
const arm = { architecture: 'arm64', layers: [base] };

const image = (reference: string): string => `{ image: "${reference}" }`;

test('an image is locked by digest for the CPU, with its variables, and no host in the lock', async (t) => {
  const { host } = await imageRegistry(t, [arm, gcc]);
  const { lock, folder } = lockScene(t, image(`${host}/tools/gcc:1`));
  const locked = await lock();
  assert.deepEqual(
    locked.layers,
    [base, top].map((bytes) => ({ source: 'image', size: bytes.length, sha256: sha256(bytes) })),
  );
  assert.deepEqual(locked.image?.env, { PATH: '/opt/gcc/bin:/usr/bin', EMPTY: '' });
  const text = readFileSync(join(folder, 'project/targetry.lock'), 'utf8');
  assert.ok(!text.includes('127.0.0.1'), text);
  assert.deepEqual(parseLock(text, 'targetry.lock').environments, [locked]);
});

test('its layers come by their hashes, from where the registry sends to, without its token', async (t) => {
  const cloud = await serve(t, ({ url, headers }, response) => {
    assert.equal(headers.authorization, undefined);
    const layers = [base, top].map((bytes) => [`/sha256:${sha256(bytes)}`, bytes] as const);
    const found = new Map<string, Buffer>(layers).get(url!);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  const { host } = await imageRegistry(t, [gcc], { blobsAt: cloud.url });
  const { lock, root, folder } = lockScene(t, image(`${host}/tools/gcc:1`));
  await lock();
  assert.deepEqual(cloud.asked, []);
  assert.deepEqual(readdirSync(join(await root(join(folder, 'other')), 'etc')), ['new']);
  assert.equal(cloud.asked.length, 2);
});

test('what is named by digest is that image or none', async (t) => {
  const spoil = (path: string, bytes: Buffer): Buffer =>
    path.includes('manifests/sha256') ? Buffer.from(bytes.toString().replace('v1.tar', 'v1.tar ')) : bytes;
  const { host } = await imageRegistry(t, [gcc], { spoil });
  assert.equal(
    (await failureOfWork(lockScene(t, image(`${host}/tools/gcc:1`)).lock())).code,
    'hash-mismatch',
  );
  const honest = await imageRegistry(t, [gcc]);
  const pinned = `${honest.host}/tools/gcc:1@sha256:${'0'.repeat(64)}`;
  assert.equal((await failureOfWork(lockScene(t, image(pinned)).lock())).code, 'image-not-found');
  const { image: found } = await lockScene(t, image(`${honest.host}/tools/gcc:1`)).lock();
  const exact = await lockScene(t, image(`${honest.host}/tools/gcc@${found!.digest}`)).lock();
  assert.equal(exact.image?.digest, found!.digest);
});

test('what is locked beside one that fails is told as stopped, and before the failure is', async (t) => {
  const { host } = await imageRegistry(t, [gcc]);
  const silent = await serve(t, () => {});
  const never = `${new URL(silent.url).host}/tools/gcc:1`;
  const one = `${image(`${host}/tools/other:1`)}, two: ${image(never)}`;
  const { lock, noticed } = lockScene(t, one);
  assert.equal((await failureOfWork(lock())).code, 'image-not-found');
  const ends = noticed.flatMap((event) => (event.type === 'finished' ? [event.task, event.outcome] : []));
  assert.deepEqual(ends, ['lock one amd64', 'failed', 'lock two amd64', 'canceled']);
});

test('a layer with other bytes never becomes part of a root', async (t) => {
  const hash = sha256(top);
  const spoil = (path: string, bytes: Buffer): Buffer =>
    path.includes(hash) ? Buffer.alloc(bytes.length) : bytes;
  const { host } = await imageRegistry(t, [gcc], { spoil });
  const { root } = lockScene(t, image(`${host}/tools/gcc:1`));
  assert.equal((await failureOfWork(root())).code, 'hash-mismatch');
});

test('an image that is not for the CPU is refused with those that it is for', async (t) => {
  const { host } = await imageRegistry(t, [arm, gcc]);
  const failure = await failureOfWork(lockScene(t, image(`${host}/tools/gcc:1`), { arch: 's390x' }).lock());
  assert.equal(failure.code, 'image-not-for-cpu');
  assert.equal(failure.why, 'it is for arm64, amd64');
});

test("a private image is read as the user of Docker's configuration, or of the program that keeps its secrets", async (t) => {
  const { host, asked } = await imageRegistry(t, [gcc], { user: 'me' });
  const stranger = await failureOfWork(lockScene(t, image(`${host}/tools/gcc:1`)).lock());
  assert.equal(stranger.code, 'image-refused');
  assert.match(stranger.hint!, /docker login 127/);
  asked.length = 0;

  const auth = Buffer.from('me:secret').toString('base64');
  const written = lockScene(t, image(`${host}/tools/gcc:1`));
  mkdirSync(join(written.folder, '.docker'));
  const config = join(written.folder, '.docker/config.json');
  writeFileSync(config, JSON.stringify({ auths: { [host]: { auth } } }));
  assert.equal((await written.lock()).layers.length, 2);
  assert.match(asked[1]!, /^\/token\?service=test&scope=repository%3Atools%2Fgcc%3Apull Basic$/);

  const helped = lockScene(t, image(`${host}/tools/gcc:1`), {
    env: { PATH: `${written.folder}:/usr/bin:/bin` },
  });
  const helper = join(written.folder, 'docker-credential-test');
  writeFileSync(
    helper,
    `#!/bin/sh\n[ "$1 $(cat)" = "get ${host}" ] && echo '{"Username":"me","Secret":"secret"}'\n`,
  );
  chmodSync(helper, 0o755);
  mkdirSync(join(helped.folder, '.docker'));
  writeFileSync(
    join(helped.folder, '.docker/config.json'),
    JSON.stringify({ credHelpers: { [host]: 'test' } }),
  );
  assert.equal((await helped.lock()).layers.length, 2);
});

test('what is no reference of an image is said to be none', async (t) => {
  for (const text of ['Alpine:3', 'a b', 'https://x.example/y', 'x@sha256:12']) {
    assert.equal((await failureOfWork(lockScene(t, image(text)).lock())).code, 'config-value');
  }
});
