/** Whole artifacts: how each kind is recognized and walked. What they claim is in claims.test.ts. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ar, deb, tar } from '../../archives.ts';
import { auditBytes, auditTree, glibcAddon, muslProgram, temporary } from '../../audited.ts';
import { apk, cpio, npm, rpm, wheel, zip } from '../../packages.ts';

const addon = glibcAddon('2.28', 'fcntl64');
const nothing = [{ path: 'readme', bytes: 'no program' }];

const artifacts: readonly { name: string; bytes: Buffer; kind: string; elfs: string[] }[] = [
  { name: 'x.node', bytes: addon, kind: 'elf', elfs: ['x.node'] },
  { name: 'x.node.gz', bytes: gzipSync(addon), kind: 'elf', elfs: ['x.node'] },
  {
    name: 'x.tgz',
    bytes: npm({}, [{ path: 'x.node', bytes: addon }]),
    kind: 'npm',
    elfs: ['package/x.node'],
  },
  { name: 'x.tar', bytes: tar([{ path: './d/x.so', bytes: addon }]), kind: 'tar', elfs: ['d/x.so'] },
  { name: 'x.tar.gz', bytes: gzipSync(tar([{ path: 'x.so', bytes: addon }])), kind: 'tar', elfs: ['x.so'] },
  { name: 'x.zip', bytes: zip([{ path: 'd/x.so', bytes: addon }]), kind: 'zip', elfs: ['d/x.so'] },
  {
    name: 'x-1.0-py3-none-any.whl',
    bytes: wheel('py3-none-any', [{ path: 'x/x.so', bytes: addon }]),
    kind: 'wheel',
    elfs: ['x/x.so'],
  },
  {
    name: 'x.deb',
    bytes: deb({ Package: 'x', Architecture: 'amd64' }, [{ path: './usr/bin/x', bytes: addon }]),
    kind: 'deb',
    elfs: ['usr/bin/x'],
  },
  {
    name: 'x.apk',
    bytes: apk({ pkgname: 'x', arch: 'x86_64' }, [{ path: 'usr/bin/x', bytes: addon }]),
    kind: 'apk',
    elfs: ['usr/bin/x'],
  },
  {
    name: 'x.rpm',
    bytes: rpm({ name: 'x' }, gzipSync(cpio([{ path: './usr/bin/x', bytes: addon }]))),
    kind: 'rpm',
    elfs: ['usr/bin/x'],
  },
  { name: 'libx.a', bytes: ar([{ name: 'x.o/', bytes: addon }]), kind: 'ar', elfs: ['x.o'] },
  { name: 'initrd', bytes: cpio([{ path: 'init', bytes: addon }]), kind: 'tar', elfs: ['init'] },
];

for (const { name, bytes, kind, elfs } of artifacts) {
  test(`${name} is known by its content`, async () => {
    const audit = await auditBytes(name, bytes);
    assert.deepEqual([audit.kind, audit.elfs.map(({ path }) => path)], [kind, elfs]);
    assert.equal(audit.elfs[0]!.floor.GLIBC, '2.28');
    assert.match(audit.sha256!, /^[0-9a-f]{64}$/);
  });
}

test('archives in archives are followed two levels deep, and a third is named', async () => {
  const one = tar([{ path: 'x.so', bytes: addon }]);
  const two = zip([{ path: 'one.tar.gz', bytes: gzipSync(one) }]);
  const three = tar([{ path: 'two.zip', bytes: two }]);
  const audit = await auditBytes('three.tar', three);
  assert.deepEqual(
    audit.elfs.map(({ path }) => path),
    ['two.zip!/one.tar.gz!/x.so'],
  );
  assert.deepEqual(audit.problems, []);
  const deep = await auditBytes('four.tar', tar([{ path: 'three.tar', bytes: three }]));
  assert.deepEqual(deep.elfs, []);
  assert.deepEqual(
    deep.problems.map(({ code, path }) => [code, path]),
    [['archive-too-deep', 'three.tar!/two.zip!/one.tar.gz']],
  );
});

test('a folder is audited as its npm packages, its archives, and the rest, each by itself', async () => {
  const [...artifacts] = await auditTree({
    'node_modules/a/package.json': '{"name":"a","version":"1.0.0","os":["linux"],"libc":["glibc"]}',
    'node_modules/a/x.node': addon,
    'node_modules/@s/b/package.json': '{"name":"@s/b","version":"1.0.0"}',
    'node_modules/@s/b/bin/tool': muslProgram,
    'node_modules/c/package.json': '{"name":"c","version":"1.0.0"}',
    'node_modules/c/index.js': 'no native file',
    'dist/x.so': addon,
    'dist/x.tgz': npm({}, [{ path: 'x.node', bytes: addon }]),
    'dist/docs.zip': zip(nothing),
    '.git/objects/x': addon,
  });
  assert.deepEqual(
    artifacts.map(({ path, kind, elfs }) => [path, kind, elfs.map((elf) => elf.path)]),
    [
      ['.', 'folder', ['dist/x.so']],
      ['dist/x.tgz', 'npm', ['package/x.node']],
      ['node_modules/@s/b', 'npm', ['bin/tool']],
      ['node_modules/a', 'npm', ['x.node']],
    ],
  );
  assert.deepEqual(artifacts[3]!.claims, {
    name: 'a',
    version: '1.0.0',
    os: ['linux'],
    cpu: [],
    libc: ['glibc'],
  });
});

test('a folder without native files says so, and links in circles do not catch anybody', async () => {
  const folder = temporary({ 'a/b/text': 'x' });
  symlinkSync('..', join(folder, 'a/b/up'));
  symlinkSync('loop', join(folder, 'loop'));
  const [audit] = await auditTree({}, folder);
  assert.deepEqual([audit!.kind, audit!.elfs, audit!.problems], ['folder', [], []]);
});

test('an image is what its layers make in their order, without what later ones hide, and its claimed CPU counts', async () => {
  const layer = (files: Parameters<typeof tar>[0]): Buffer => gzipSync(tar(files));
  const layers = [
    layer([
      { path: 'usr/lib/old.so', bytes: addon },
      { path: 'usr/lib/gone.so', bytes: addon },
      { path: 'opt/x.so', bytes: addon },
    ]),
    layer([
      { path: 'usr/lib/.wh.gone.so' },
      { path: 'opt/.wh..wh..opq' },
      { path: 'usr/lib/old.so', bytes: muslProgram },
    ]),
  ];
  const blob = (digit: string): string => `blobs/sha256/${digit.repeat(64)}`;
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const audit = await auditBytes(
    'image.tar',
    tar([
      { path: 'oci-layout', bytes: '{"imageLayoutVersion":"1.0.0"}' },
      { path: 'index.json', bytes: JSON.stringify({ manifests: [{ digest: digest('a') }] }) },
      {
        path: blob('a'),
        bytes: JSON.stringify({
          config: { digest: digest('b') },
          layers: [{ digest: digest('c') }, { digest: digest('d') }],
        }),
      },
      { path: blob('b'), bytes: '{"os":"linux","architecture":"arm64"}' },
      { path: blob('d'), bytes: layers[1]! },
      { path: blob('c'), bytes: layers[0]! },
    ]),
  );
  assert.equal(audit.kind, 'oci');
  assert.deepEqual(audit.claims, { platforms: ['linux/arm64'] });
  assert.deepEqual(
    audit.elfs.map(({ path, libc }) => [path, libc]),
    [['usr/lib/old.so', 'musl']],
  );
  assert.deepEqual(
    audit.problems.map(({ code }) => code),
    ['claim-arch-false'],
  );
});

test('what docker save writes is an image too', async () => {
  const layer = tar([{ path: 'bin/x', bytes: addon }]);
  const audit = await auditBytes(
    'saved.tar',
    tar([
      { path: 'abc/layer.tar', bytes: layer },
      { path: `${'1'.repeat(64)}.json`, bytes: '{"os":"linux","architecture":"amd64"}' },
      {
        path: 'manifest.json',
        bytes: JSON.stringify([{ Config: `${'1'.repeat(64)}.json`, Layers: ['abc/layer.tar'] }]),
      },
    ]),
  );
  assert.deepEqual(
    [audit.kind, audit.elfs[0]?.path, audit.claims],
    ['oci', 'bin/x', { platforms: ['linux/amd64'] }],
  );
});

test('an OCI layout that is a folder is an image, and not a folder of archives', async () => {
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const blob = (digit: string): string => `blobs/sha256/${digit.repeat(64)}`;
  const [audit, ...others] = await auditTree({
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': JSON.stringify({ manifests: [{ digest: digest('a') }] }),
    [blob('a')]: JSON.stringify({ config: { digest: digest('b') }, layers: [{ digest: digest('c') }] }),
    [blob('b')]: '{"os":"linux","architecture":"amd64"}',
    [blob('c')]: gzipSync(tar([{ path: 'usr/bin/x', bytes: addon }])),
  });
  assert.deepEqual(others, []);
  assert.deepEqual([audit!.kind, audit!.sha256, audit!.elfs[0]?.path], ['oci', null, 'usr/bin/x']);
});
