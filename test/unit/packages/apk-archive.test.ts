import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ApkArchive } from '../../../src/packages/apk/archive.ts';
import { learnApkFiles } from '../../../src/packages/apk/learn-files.ts';
import { ApkKeys } from '../../../src/packages/apk/keys.ts';
import { apkRepositories, type ApkRepository } from '../../../src/packages/apk/repository.ts';
import { solveApk } from '../../../src/packages/apk/solve.ts';
import { Store } from '../../../src/store/store.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import { apkRepository, asFolder } from '../../apk-repository.ts';
import { signingKey } from '../../archives.ts';
import { quickClient, serve } from './local-server.ts';

const key = signingKey('test-1234.rsa.pub');
const keys = new ApkKeys(new Map([[key.name, key.publicPem]]));
const NOW = new Date('2026-03-01T12:00:00Z');
const packages = [
  { pkgname: 'app', pkgver: '1.0-r0', fields: { depend: 'lib' } },
  { pkgname: 'lib', pkgver: '2.0-r1', fields: { builddate: '1700000000' } },
];

function repository(bases: readonly string[], trusted = keys): ApkRepository {
  return { name: 'own', bases, tag: undefined, keys: () => trusted, from: 'the test', at: undefined };
}

function serveFiles(t: TestContext, files: ReadonlyMap<string, Uint8Array>) {
  return serve(t, (request, response) => {
    const bytes = files.get(decodeURIComponent(request.url!.slice(1)));
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
}

async function openStore(t: TestContext): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return Store.open(folder);
}

async function indexOf(t: TestContext, one: ApkRepository) {
  return new ApkArchive({ client: quickClient(t), now: NOW }).index(one, 'x86_64');
}

/** Chooses `app`, and learns the hashes. */
async function learn(t: TestContext, one: ApkRepository, store: Store) {
  const { chosen } = solveApk([await indexOf(t, one)], { packages: [{ spec: 'app' }], where: 'own' });
  return learnApkFiles(chosen, { client: quickClient(t), store, repositories: [one], arch: 'x86_64' });
}

test('packages that a signed index names are checked, kept and known by their hash', async (t) => {
  const files = await apkRepository(packages, key);
  const { url, asked } = await serveFiles(t, files);
  const store = await openStore(t);
  const learnt = await learn(t, repository([url]), store);
  assert.deepEqual(
    learnt.map(({ path, size, sha256: hash }) => [path, size, hash]),
    ['lib-2.0-r1', 'app-1.0-r0'].map((name) => {
      const path = `x86_64/${name}.apk`;
      return [path, files.get(path)!.length, sha256(files.get(path)!)];
    }),
  );
  for (const { sha256: hash } of learnt) assert.ok(store.hasBlob(hash));

  asked.length = 0;
  assert.deepEqual(await learn(t, repository([url]), store), learnt);
  assert.deepEqual(asked, ['/x86_64/APKINDEX.tar.gz'], 'the index alone is asked for again');
});

test('an index is dated by its own files, and by its newest package where those have no date', async (t) => {
  const dated = await serveFiles(t, await apkRepository(packages, key, { modified: 1_710_000_000 }));
  assert.equal((await indexOf(t, repository([dated.url]))).date.getTime(), 1_710_000_000_000);
  const undated = await serveFiles(t, await apkRepository(packages, key));
  const index = await indexOf(t, repository([undated.url]));
  assert.equal(index.date.getTime(), 1_700_000_000_000);
  assert.equal(index.key, key.name);
});

const stranger = signingKey('stranger.rsa.pub');
const impostor = signingKey(key.name);
const faults: readonly (readonly [string, string, () => Promise<Map<string, Buffer>>])[] = [
  ['without a signature', 'signature-missing', () => apkRepository(packages, undefined)],
  ['with the signature of a stranger', 'signature-unknown-key', () => apkRepository(packages, stranger)],
  ['with a signature that is not of its bytes', 'signature-bad', () => apkRepository(packages, impostor)],
  ['from the future', 'release-from-future', () => apkRepository(packages, key, { modified: 1_900_000_000 })],
  ['that is not there', 'release-not-found', () => Promise.resolve(new Map())],
  [
    'that is a page of HTML',
    'index-invalid',
    () => Promise.resolve(new Map([['x86_64/APKINDEX.tar.gz', Buffer.from('<html>log in</html>')]])),
  ],
];

for (const [what, code, make] of faults) {
  test(`an index ${what} is refused as such, unless another server has a good one`, async (t) => {
    const bad = await serveFiles(t, await make());
    await assert.rejects(indexOf(t, repository([bad.url])), { code });
    const good = await serveFiles(t, await apkRepository(packages, key));
    assert.equal((await indexOf(t, repository([bad.url, good.url]))).packages.length, 2);
  });
}

test('an index whose server is down is not taken for one without the package', async (t) => {
  const down = 'http://127.0.0.1:9/alpine';
  await assert.rejects(indexOf(t, repository([down])), {
    code: 'mirror-unreachable',
    message: /the index of own can't be read: can't reach/,
  });
  const alpine = { ...repository([down]), name: 'alpine 3.22 main' };
  const hint = /; or name another server with `--mirror alpine=URL`$/;
  await assert.rejects(indexOf(t, alpine), { hint }, 'a bare --mirror would serve for all distros');
});

test('a package that is not the one of the index never reaches the store', async (t) => {
  const files = await apkRepository(packages, key);
  const others = await apkRepository([{ ...packages[1]!, files: [{ path: 'x', bytes: 'evil' }] }], key);
  files.set('x86_64/lib-2.0-r1.apk', others.get('x86_64/lib-2.0-r1.apk')!);
  const { url } = await serveFiles(t, files);
  const store = await openStore(t);
  await assert.rejects(learn(t, repository([url]), store), { code: 'hash-mismatch' });
  assert.ok(!store.hasBlob(sha256(files.get('x86_64/lib-2.0-r1.apk')!)));
});

test('a package is taken from the second server where the first one deleted it', async (t) => {
  const whole = await apkRepository(packages, key);
  const first = new Map(whole);
  first.delete('x86_64/app-1.0-r0.apk');
  const [one, other] = [await serveFiles(t, first), await serveFiles(t, whole)];
  const store = await openStore(t);
  assert.equal((await learn(t, repository([one.url, other.url]), store)).length, 2);
  await assert.rejects(learn(t, repository([one.url]), await openStore(t)), {
    code: 'package-gone',
    message: /^x86_64\/app-1\.0-r0\.apk of own/,
  });
});

test('a package for all CPUs is found in a folder of its own too', async (t) => {
  const files = await apkRepository([{ ...packages[1]!, pkgname: 'app', fields: { arch: 'noarch' } }], key);
  files.set('noarch/app-2.0-r1.apk', files.get('x86_64/app-2.0-r1.apk')!);
  files.delete('x86_64/app-2.0-r1.apk');
  const { url } = await serveFiles(t, files);
  const store = await openStore(t);
  for (const round of ['first', 'from the store']) {
    const [one] = await learn(t, repository([url]), store);
    assert.equal(one!.path, 'noarch/app-2.0-r1.apk', round);
  }
});

const at = { file: 'targetry.yaml', line: 1, column: 1, length: 1, text: '' };
const rule = { name: 'own', url: 'file:///r', tag: undefined, at };

test('a key counts whatever its file is called, and a file that is no key is named', async (t) => {
  const folder = asFolder(
    t,
    new Map([
      ['my.pub', key.publicPem],
      ['no.pub', 'no key'],
    ]),
  );
  const files = await serveFiles(t, await apkRepository(packages, key));
  const own = (file: string) => {
    const written = { ...rule, url: files.url, key: join(folder, file) };
    return indexOf(t, apkRepositories({ distro: 'apk', release: '-' }, [written])[0]!);
  };
  assert.equal((await own('my.pub')).key, key.name);
  await assert.rejects(own('no.pub'), { code: 'repository-key', at });
  await assert.rejects(own('missing.pub'), { code: 'repository-key', at });
});

test("each distro's own repositories come first, from the servers that count here", (t) => {
  const folder = asFolder(
    t,
    new Map([
      [
        'repositories',
        '#http://x/v3.1/main\nhttps://mirror.test/pub/alpine/v3.20/main\n@edge http://b.test/edge/main/\n',
      ],
    ]),
  );
  const machineFile = join(folder, 'repositories');
  const bases = (...args: Parameters<typeof apkRepositories>) =>
    apkRepositories(...args).map((one) => `${one.name}: ${one.bases.join(' ')}`);
  assert.deepEqual(
    bases({ distro: 'alpine', release: '3.16' }, [{ ...rule, key: undefined }], { machineFile }),
    [
      'alpine 3.16 main: https://mirror.test/pub/alpine/v3.16/main http://b.test/v3.16/main',
      'alpine 3.16 community: https://mirror.test/pub/alpine/v3.16/community http://b.test/v3.16/community',
      'own: file:///r',
    ],
  );
  assert.deepEqual(
    bases({ distro: 'alpine', release: 'edge' }, [], {
      mirror: { url: 'http://m.test/a/', from: '--mirror' },
      machineFile,
    }),
    ['alpine edge main: http://m.test/a/edge/main', 'alpine edge community: http://m.test/a/edge/community'],
  );
  const [wolfi] = apkRepositories({ distro: 'wolfi', release: '-' }, [], {
    mirror: { url: 'http://m.test', from: '--mirror' },
  });
  assert.equal(`${wolfi!.name}: ${wolfi!.bases.join(' ')}`, 'wolfi os: http://m.test/os');
  assert.deepEqual(wolfi!.keys('x86_64').names(), ['wolfi-signing.rsa.pub']);
});
