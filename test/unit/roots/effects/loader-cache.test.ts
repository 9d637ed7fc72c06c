import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareSonames } from '../../../../src/formats/loader-cache.ts';
import { composeDebs, type TestRoot } from '../../../compose-debs.ts';
import { makeElf } from '../../../elf-maker.ts';

const GENERATOR = 'ldconfig (Debian GLIBC 2.36-9) stable release version 2.36';
const X64 = 62;
const ARM64 = 183;
const library = (path: string, soname?: string, machine = X64) => ({
  path: `./usr/lib/${path}`,
  bytes: makeElf({ machine, type: 3, needed: ['libc.so.6'], ...(soname !== undefined && { soname }) }),
});
const link = (path: string, linkTarget: string) => ({ path: `./usr/lib/${path}`, type: '2', linkTarget });

/** Names with their paths, in the order of the file, and what stands at its end. */
function readCache({ folder }: TestRoot): { entries: string[]; generator: string } {
  const bytes = readFileSync(join(folder, 'etc/ld.so.cache'));
  assert.equal(bytes.toString('latin1', 0, 20), 'glibc-ld.so.cache1.1');
  const text = (at: number) => bytes.toString('latin1', at, bytes.indexOf(0, at));
  const entries = Array.from({ length: bytes.readUInt32LE(20) }, (_, index) => {
    const at = 48 + 24 * index;
    assert.equal(bytes.readUInt32LE(at), 0x303);
    return `${text(bytes.readUInt32LE(at + 4))} ${text(bytes.readUInt32LE(at + 8))}`;
  });
  const extension = bytes.readUInt32LE(32);
  assert.equal(bytes.readUInt32LE(extension), 0xeaa42174);
  return { entries, generator: bytes.toString('latin1', bytes.readUInt32LE(extension + 16)) };
}

test('libraries of the configured folders are found by the name that programs ask for', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'libc-bin',
      files: [
        { path: './sbin/ldconfig', bytes: `\x7fELF\0${GENERATOR}\0` },
        { path: './etc/ld.so.conf', bytes: 'include /etc/ld.so.conf.d/*.conf\n' },
        { path: './etc/ld.so.conf.d/x.conf', bytes: '# comment\n/usr/local/lib\n/lib/x64\n/usr/lib/x64\n' },
      ],
    },
    {
      name: 'libs',
      files: [
        library('x64/libz.so.1.3', 'libz.so.1'),
        link('x64/libz.so.1', 'libz.so.1.3'),
        link('x64/libz.so', 'libz.so.1.3'),
        library('x64/liba.so.9', 'liba.so.9'),
        library('x64/liba.so.10', 'liba.so.10'),
        library('x64/libplain.so'),
        library('x64/libarm.so.1', 'libarm.so.1', ARM64),
        { path: './usr/lib/x64/libscript.so', bytes: 'INPUT(-lx)' },
        { path: './usr/lib/x64/libpython-gdb.py.so.txt' },
        library('libtop.so.1', 'libtop.so.1'),
        library('elsewhere/libno.so.1', 'libno.so.1'),
      ],
    },
  ]);
  const { entries, generator } = readCache(root);
  assert.deepEqual(entries, [
    'libz.so.1 /lib/x64/libz.so.1',
    'libz.so /lib/x64/libz.so',
    'libtop.so.1 /lib/libtop.so.1',
    'libplain.so /lib/x64/libplain.so',
    'liba.so.10 /lib/x64/liba.so.10',
    'liba.so.9 /lib/x64/liba.so.9',
  ]);
  assert.equal(generator, GENERATOR);
});

test('no cache is written for an old ldconfig, or where it would have to choose among builds', async (t) => {
  const old = await composeDebs(t, [{ name: 'libc-bin', files: [{ path: './sbin/ldconfig', bytes: 'x' }] }]);
  assert.equal(old.look('etc/ld.so.cache'), undefined);
  const files = [{ path: './sbin/ldconfig', bytes: GENERATOR }, library('glibc-hwcaps/x86-64-v3/libx.so.1')];
  const several = await composeDebs(t, [{ name: 'libc-bin', files }]);
  assert.equal(several.look('etc/ld.so.cache'), undefined);
});

test('numbers in names count as numbers', () => {
  const names = ['libx.so', 'libx.so.1', 'libx.so.2', 'libx.so.10', 'libx10.so.1', 'libx2.so'];
  assert.deepEqual(names.toSorted(compareSonames), [
    'libx.so',
    'libx.so.1',
    'libx.so.2',
    'libx.so.10',
    'libx2.so',
    'libx10.so.1',
  ]);
});
