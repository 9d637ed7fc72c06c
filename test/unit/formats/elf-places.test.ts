import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceOfBytes } from '../../../src/formats/elf/byte-source.ts';
import { readElf } from '../../../src/formats/elf/elf-file.ts';
import { withPlaces } from '../../../src/formats/elf/elf-places.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { makeElf, type MadeElf } from '../../elf-maker.ts';

const places = {
  interpreter: '/opt/demo/lib/libc6-2.36/ld-linux-x86-64.so.2',
  rpath: '/opt/demo/lib/libc6-2.36:/opt/demo/lib/libstdc++6-12',
};

const program: MadeElf = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  needed: ['libstdc++.so.6', 'libc.so.6'],
  runpath: '$ORIGIN/../lib',
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34' }],
  symbols: [{ name: 'puts', version: 0 }],
};

for (const wide of [true, false])
  for (const little of [true, false])
    test(`a ${wide ? 64 : 32}-bit ${little ? 'little' : 'big'}-endian program gets another loader and keeps all that it needs`, () => {
      const bytes = makeElf({ ...program, wide, little, machine: wide ? 62 : 3 });
      const before = readElf(sourceOfBytes(bytes));
      const after = readElf(sourceOfBytes(withPlaces(bytes, places)));
      assert.equal(after.interpreter, places.interpreter);
      assert.equal(after.rpath, places.rpath);
      assert.equal(after.runpath, undefined);
      assert.deepEqual(after.needed, before.needed);
      assert.deepEqual(after.versionNeeds, before.versionNeeds);
      assert.deepEqual(symbolsOf(after), ['puts']);
      assert.deepEqual(after.problems, []);
    });

test('a library without an interpreter gets none, and a second change replaces the first', () => {
  const library = makeElf({ soname: 'libx.so.1', needed: ['libc.so.6'] });
  const once = withPlaces(library, places);
  const twice = readElf(sourceOfBytes(withPlaces(once, { ...places, rpath: '/opt/other' })));
  assert.equal(twice.interpreter, undefined);
  assert.equal(twice.rpath, '/opt/other');
  assert.equal(twice.soname, 'libx.so.1');
});

test('the same program gets the same bytes twice', () => {
  const bytes = makeElf(program);
  assert.deepEqual(withPlaces(bytes, places), withPlaces(bytes, places));
});

test('what is static has no places to change', () => {
  assert.throws(() => withPlaces(makeElf({ type: 2 }), places), FormatError);
});

function symbolsOf({ symbols }: ReturnType<typeof readElf>): string[] {
  const names: string[] = [];
  symbols?.forEachUndefined((name) => void names.push(name));
  return names;
}
