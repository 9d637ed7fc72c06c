/** What a sysroot leaves pointing outside of itself is taken from the machine that compiles, and nobody notices. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootKey } from '../../../src/roots/known-root.ts';
import { composeLocked, lockDebs, type TestPackage } from '../../compose-debs.ts';

const script = `/* GNU ld script */
OUTPUT_FORMAT(elf64-x86-64)
GROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a  AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )
`;

const libc: TestPackage = {
  name: 'libc6-dev',
  files: [
    { path: './lib/x86_64-linux-gnu/libm.so.6', bytes: 'libm' },
    { path: './usr/lib/x86_64-linux-gnu/libc.so', bytes: script },
    { path: './usr/lib/x86_64-linux-gnu/libm.so', type: '2', linkTarget: '/lib/x86_64-linux-gnu/libm.so.6' },
    { path: './usr/lib/x86_64-linux-gnu/libother.so', type: '2', linkTarget: 'libm.so' },
    { path: './usr/lib/x86_64-linux-gnu/libm.la', bytes: "libdir='/usr/lib'" },
    { path: './usr/include/stdio.h', bytes: 'int puts();' },
    { path: './usr/lib/gcc/x86_64-linux-gnu/10/libgcc.a', bytes: 'libgcc' },
    { path: './usr/lib/gcc/x86_64-linux-gnu/10/include/immintrin.h', bytes: 'of gcc 10' },
    { path: './usr/lib/gcc/x86_64-linux-gnu/10/cc1', bytes: 'of gcc 10', mode: 0o755 },
    { path: './usr/share/pkgconfig/x.pc', bytes: 'Name: x' },
    { path: './usr/share/doc/libc6-dev/copyright', bytes: 'text' },
    { path: './usr/bin/ldd', bytes: '#!/bin/sh', mode: 0o755 },
    { path: './etc/ld.so.conf', bytes: 'x' },
  ],
};

async function compose(t: Parameters<typeof composeLocked>[0], packages: readonly TestPackage[]) {
  return composeLocked(t, async (store) => ({ ...(await lockDebs(store, packages)), role: 'sysroot' }));
}

test('links and linker scripts of a sysroot lead nowhere but into it', async (t) => {
  const root = await compose(t, [libc]);
  assert.equal(root.look('usr/lib/x86_64-linux-gnu/libm.so'), '-> ../../../lib/x86_64-linux-gnu/libm.so.6');
  assert.equal(root.look('usr/lib/x86_64-linux-gnu/libm.so.6'), 'libm');
  assert.equal(root.look('lib'), '-> usr/lib');
  assert.equal(root.look('usr/lib/x86_64-linux-gnu/libother.so'), '-> libm.so');
  assert.match(
    root.look('usr/lib/x86_64-linux-gnu/libc.so') ?? '',
    /GROUP \( libc\.so\.6 libc_nonshared\.a {2}AS_NEEDED \( ld-linux-x86-64\.so\.2 \) \)/,
  );
});

test('a sysroot holds what compilers read, and no program or header that another gcc would take for its own', async (t) => {
  const root = await compose(t, [libc]);
  assert.equal(root.look('usr/include/stdio.h'), 'int puts();');
  assert.equal(root.look('usr/lib/gcc/x86_64-linux-gnu/10/libgcc.a'), 'libgcc');
  assert.equal(root.look('usr/share/pkgconfig/x.pc'), 'Name: x');
  const left = [
    'usr/bin',
    'bin',
    'etc',
    'dev',
    'tmp',
    'var',
    'usr/share/doc',
    'usr/lib/x86_64-linux-gnu/libm.la',
  ];
  const ofGcc = ['include', 'cc1'].map((name) => `usr/lib/gcc/x86_64-linux-gnu/10/${name}`);
  for (const path of [...left, ...ofGcc]) assert.ok(!existsSync(join(root.folder, path)), path);
});

test('musl gets the archives that projects and gcc ask for, and keeps its own', async (t) => {
  const root = await compose(t, [
    {
      name: 'musl-dev',
      files: [
        { path: './usr/lib/x86_64-linux-musl/libc.a', bytes: 'libc' },
        { path: './usr/lib/x86_64-linux-musl/libc.so', bytes: 'libc' },
        { path: './usr/lib/x86_64-linux-musl/libm.a', bytes: 'own' },
        { path: './lib/ld-musl-x86_64.so.1', type: '2', linkTarget: '/usr/lib/x86_64-linux-musl/libc.so' },
      ],
    },
  ]);
  for (const name of ['pthread', 'dl', 'rt', 'ssp_nonshared'])
    assert.equal(root.look(`usr/lib/x86_64-linux-musl/lib${name}.a`), '!<arch>\n', name);
  assert.equal(root.look('usr/lib/x86_64-linux-musl/libm.a'), 'own');
  assert.equal(root.look('usr/lib/x86_64-linux-musl/libc.musl-x86_64.so.1'), '-> libc.so');
});

test('a sysroot is never mistaken for the root of the same packages', async (t) => {
  const { locked } = await compose(t, [libc]);
  assert.notEqual(rootKey(locked), rootKey({ ...locked, role: 'environment' }));
});

test("what Debian's node-gyp links addons with is there and empty, unless it is asked for", async (t) => {
  const place = 'usr/lib/x86_64-linux-gnu';
  const root = await compose(t, [libc]);
  assert.equal(root.look(`${place}/libnode.a`), '!<arch>\n');
  const node = { name: 'libnode-dev', files: [{ path: `./${place}/libnode.so`, bytes: 'real' }] };
  assert.equal((await compose(t, [libc, node])).look(`${place}/libnode.a`), undefined);
});
