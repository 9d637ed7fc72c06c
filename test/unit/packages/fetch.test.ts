import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { debAddresses } from '../../../src/packages/deb/addresses.ts';
import { distroRepositories } from '../../../src/packages/deb/repository.ts';
import { fetchPackages, type PackageFile } from '../../../src/packages/fetch.ts';
import type { Event } from '../../../src/report/event.ts';
import { Failure } from '../../../src/report/failure.ts';
import { Store } from '../../../src/store/store.ts';
import { quickClient, serve } from './local-server.ts';
import { temporaryStore } from './signed-repository.ts';

function file(name: string, content: string): PackageFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const path = `pool/${name}.deb`;
  return { name, arch: 'amd64', repository: 'debian bullseye main', path, size: content.length, sha256 };
}

const files = [file('small', 'x'), file('c++', 'the compiler'), file('large', 'y'.repeat(500_000))];
const contents = new Map([
  ['/pool/small.deb', 'x'],
  ['/pool/c%2B%2B.deb', 'the compiler'],
  ['/pool/large.deb', 'y'.repeat(500_000)],
]);

async function setUp(t: TestContext, ...bases: string[]) {
  const store = await temporaryStore(t);
  const mirrors = { main: bases, security: [], from: 'the test', allowExpired: false, allowFuture: false };
  const repositories = await distroRepositories('debian', 'bullseye', mirrors);
  const addresses = debAddresses(() => repositories, new Map([['debian bullseye', '2025-08-09T09:16:30Z']]));
  return { store, options: { client: quickClient(t), store, addresses } };
}

test('packages come into the store under their hashes, with progress', async (t) => {
  const { url, asked } = await serve(t, (request, response) => response.end(contents.get(request.url!)));
  const { store, options } = await setUp(t, url);
  const events: Event[] = [];
  const stored: string[] = [];
  const fetched = await fetchPackages(files, {
    ...options,
    progress: { emit: (event) => events.push(event), task: 'packages' },
    onStored: ({ name }) => stored.push(name),
  });
  assert.deepEqual(fetched, { files: 3, bytes: 500_013 });
  for (const one of files) assert.equal((await readFile(store.blobPath(one.sha256))).length, one.size);
  const total = { type: 'progress', task: 'packages', done: 500_013, total: 500_013, unit: 'bytes' };
  assert.deepEqual(events.at(-1), total);
  assert.deepEqual(stored.sort(), ['c++', 'large', 'small']);
  asked.length = 0;
  assert.deepEqual(await fetchPackages(files, options), { files: 0, bytes: 0 });
  assert.deepEqual(asked, []);
});

test('wrong bytes of the right size get no name; both hashes are told', async (t) => {
  const { url } = await serve(t, (_, response) => response.end('z'));
  const { store, options } = await setUp(t, url);
  const failure = await fetchPackages([files[0]!], options).catch((error: unknown) => error);
  assert.ok(failure instanceof Failure);
  assert.equal(failure.code, 'hash-mismatch');
  assert.equal(failure.exit, 3);
  assert.match(failure.message, new RegExp(`^${url}/pool/small\\.deb sent other bytes`));
  const actual = createHash('sha256').update('z').digest('hex');
  assert.match(failure.why!, new RegExp(`${files[0]!.sha256}.*${actual}`));
  assert.ok(!store.hasBlob(files[0]!.sha256));
  assert.deepEqual(await readdir(join(store.folder, 'tmp')), []);
});

for (const [title, content] of [
  ['too long', 'xy'],
  ['empty', ''],
] as const) {
  test(`a file that is ${title} is refused`, async (t) => {
    const { url } = await serve(t, (_, response) => response.end(content));
    const { store, options } = await setUp(t, url);
    await assert.rejects(fetchPackages([files[0]!], options), { code: 'hash-mismatch' });
    assert.ok(!store.hasBlob(files[0]!.sha256));
  });
}

test('wrong bytes are asked for again: a cache on the way may have spoiled them once', async (t) => {
  let times = 0;
  const { url } = await serve(t, (_, response) => response.end(++times === 1 ? 'z' : 'x'));
  const { options } = await setUp(t, url);
  assert.deepEqual(await fetchPackages([files[0]!], options), { files: 1, bytes: 1 });
});

test('a package that one mirror lacks comes from the next', async (t) => {
  const without = await serve(t, (_, response) => response.writeHead(404).end());
  const { url } = await serve(t, (request, response) => response.end(contents.get(request.url!)));
  const { store, options } = await setUp(t, without.url, url);
  await fetchPackages(files, options);
  for (const one of files) assert.ok(store.hasBlob(one.sha256));
});

test('a package that no mirror has is named', async (t) => {
  const { url } = await serve(t, (_, response) => response.writeHead(404).end());
  const { options } = await setUp(t, url);
  await assert.rejects(fetchPackages([files[0]!], options), {
    code: 'package-gone',
    message: /^pool\/small\.deb of debian/,
    why: /small\.deb: .* 404/,
  });
});

test('an archive that keeps every day is asked for the day of the lock', async (t) => {
  const { url, asked } = await serve(t, (_, response) => response.end('x'));
  const { options } = await setUp(t, `${url}/archive/{timestamp}`);
  await fetchPackages([files[0]!], options);
  assert.deepEqual(asked, ['/archive/20250809T211630Z/pool/small.deb']);
});

test('two processes that start on one empty store together fetch each package once', async (t) => {
  const { url, asked } = await serve(t, (request, response) => response.end(contents.get(request.url!)));
  const { store, options } = await setUp(t, url);
  const other = { ...options, store: await Store.open(store.folder), client: quickClient(t) };
  const [one, two] = [[] as string[], [] as string[]];
  await Promise.all([
    fetchPackages(files, { ...options, onStored: ({ name }) => one.push(name) }),
    fetchPackages(files, { ...other, onStored: ({ name }) => two.push(name) }),
  ]);
  assert.deepEqual(asked.sort(), [...contents.keys()].sort());
  assert.deepEqual([one.sort(), two.sort()], [files.map(({ name }) => name).sort(), one]);
});

test('what a process that died was fetching is fetched by the one that waited for it', async (t) => {
  const { url } = await serve(t, (request, response) => response.end(contents.get(request.url!)));
  const { store, options } = await setUp(t, url);
  const claim = store.claims.take(`blob-${files[0]!.sha256}`)!;
  const fetching = fetchPackages(files, { ...options, store: await Store.open(store.folder) });
  claim.release();
  await fetching;
  assert.ok(store.hasBlob(files[0]!.sha256));
});
