/** From a repository of apk's to a root, through the command line. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { readTar } from '../../src/formats/tar.ts';
import { apkRepository, asFolder } from '../apk-repository.ts';
import { collect, signingKey, stream } from '../archives.ts';
import { targetry } from './command-line.ts';

const key = signingKey('own-1234.rsa.pub');
const made = await apkRepository(
  [
    {
      pkgname: 'app',
      pkgver: '1.0-r0',
      fields: { depend: 'lib' },
      scripts: { 'post-install': '#!/bin/sh\n' },
    },
    { pkgname: 'lib', pkgver: '2.0-r1', fields: { arch: 'noarch' } },
    { pkgname: 'other', pkgver: '3.0-r0' },
  ],
  key,
);
const arm = await apkRepository([{ pkgname: 'app', pkgver: '1.0-r1' }], key, { arch: 'aarch64' });

it('targetry rootfs makes the root of an apk repository for each CPU, where neither apk nor that CPU is', async (t) => {
  const files = [...made, ...arm].map(([path, bytes]) => [`repository/${path}`, bytes] as const);
  const folder = asFolder(t, new Map(files));
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys/own-1234.rsa.pub'), key.publicPem);
  writeFileSync(
    join(folder, 'targetry.yaml'),
    `name: x
environments:
  env: { repositories: [{ url: "file:repository", name: own, key: keys/own-1234.rsa.pub }], packages: [app] }
`,
  );
  const store = join(folder, 'store');
  const locked = await targetry(['lock', '--arch', 'x64,arm64'], { cwd: folder, store });
  assert.equal(locked.exit, 0, locked.stderr);
  for (const [arch, own, packages] of [
    ['x64', 'x86_64', ['app-1.0-r0', 'lib-2.0-r1']],
    ['arm64', 'aarch64', ['app-1.0-r1']],
  ] as const) {
    const out = join(folder, `${arch}.tar`);
    const make = async (place: string, own: string): Promise<Buffer> => {
      const answer = await targetry(['rootfs', 'env', '--arch', arch, '-o', place], {
        cwd: folder,
        store: own,
      });
      assert.equal(answer.exit, 0, answer.stderr);
      return readFileSync(place);
    };
    const tar = await make(out, store);
    assert.deepEqual(await make(join(folder, `${arch}-again.tar`), join(folder, 'other-store')), tar);
    const root = new Map<string, string>();
    for await (const { path, body } of readTar(stream(tar)))
      root.set(path.replace(/^\.\//, ''), (await collect(body)).toString());
    const installed = root.get('lib/apk/db/installed')!.matchAll(/^P:(.*)\nV:(.*)$/gm);
    assert.deepEqual(
      [...installed].map(([, name, version]) => `${name}-${version}`),
      packages,
    );
    assert.equal(root.get('etc/apk/arch'), `${own}\n`);
    assert.equal(root.get('etc/apk/world'), 'app\n');
    assert.equal(root.get('app.txt'), `${packages[0].replace('-', ' ')}\n`);
    // Where the user's own repository lies is nobody else's business.
    assert.equal(root.get('etc/apk/repositories'), undefined);
  }
});

it('targetry rootfs and sbom take packages from the folder that keeps them, where no repository has them any more', async (t) => {
  const files = [...made].map(([path, bytes]) => [`repository/${path}`, bytes] as const);
  const folder = asFolder(
    t,
    new Map<string, Buffer | string>([...files, ['own-1234.rsa.pub', key.publicPem]]),
  );
  const environment =
    '{ repositories: [{ url: "file:repository", key: own-1234.rsa.pub }], packages: [app] }';
  writeFileSync(join(folder, 'targetry.yaml'), `name: x\nenvironments: { env: ${environment} }\n`);
  const run = async (args: readonly string[], name: string): Promise<string> => {
    const answer = await targetry(args, { cwd: folder, store: join(folder, name) });
    assert.equal(answer.exit, 0, answer.stderr);
    return answer.stdout;
  };
  await run(['lock', '--arch', 'x64', '--keep', 'kept'], 'store');
  rmSync(join(folder, 'repository'), { recursive: true });
  const words = ['env', '--arch', 'x64', '--offline'];
  assert.match(await run(['rootfs', ...words, '-o', 'root.tar'], 'empty'), /2 packages, written/);
  assert.match(await run(['sbom', ...words], 'other'), /pkg:apk/);
});

it('targetry rootfs says of a root that comes whole how many layers it has, and not that it has no packages', async (t) => {
  const files = {
    'vendor/etc/hostname': 'x\n',
    'targetry.yaml': 'name: x\nenvironments: { it: { rootfs: vendor } }\n',
  };
  const folder = asFolder(t, new Map(Object.entries(files)));
  const answer = await targetry(['rootfs', 'it', '--arch', 'x64', '-o', 'it.tar'], {
    cwd: folder,
    store: join(folder, 'store'),
  });
  assert.match(answer.stdout, /^it amd64: 1 layer, written as a tar to it\.tar\n/, answer.stderr);
});
