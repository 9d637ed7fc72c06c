import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readAr } from '../../../src/formats/ar.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { ar, collect, stream } from '../../archives.ts';

async function read(bytes: Uint8Array, chunk?: number): Promise<[string, string][]> {
  const entries: [string, string][] = [];
  for await (const { name, body } of readAr(stream(bytes, chunk))) {
    entries.push([name, (await collect(body)).toString()]);
  }
  return entries;
}

test('names of every dialect are found, and symbol tables left out', async () => {
  const archive = ar([
    { name: '/', bytes: 'symbols' },
    { name: '//', bytes: 'a_very_long_object_name.o/\nanother_very_long_name.o/\n' },
    { name: 'short.o/', bytes: 'one' },
    { name: '/27', bytes: 'two' },
    { name: '#1/12', bytes: 'bsd_name.o\0\0three' },
    { name: '#1/20', bytes: '__.SYMDEF SORTED\0\0\0\0index' },
    { name: 'plain', bytes: '' },
  ]);
  assert.deepEqual(await read(archive, 7), [
    ['short.o', 'one'],
    ['another_very_long_name.o', 'two'],
    ['bsd_name.o', 'three'],
    ['plain', ''],
  ]);
});

test('the padding of the last member may be missing', async () => {
  assert.deepEqual(await read(ar([{ name: 'a/', bytes: 'x' }]).subarray(0, -1)), [['a', 'x']]);
});

test('what is no archive, or a broken one, is refused with its place', async () => {
  await assert.rejects(read(Buffer.from('hello, world')), /no ar archive/);
  await assert.rejects(read(Buffer.alloc(0)), /no ar archive/);
  await assert.rejects(read(Buffer.from('!<thin>\n')), /thin/);
  await assert.rejects(read(ar([{ name: '/5', bytes: 'x' }])), /not in the table \(at byte 8\)/);
  await assert.rejects(read(ar([{ name: '#1/9', bytes: 'x' }])), /longer than its member/);
});

test('cut off or changed anywhere, it ends, at worst with a FormatError', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(255), async (cut, at, byte) => {
      const bytes = ar([
        { name: '//', bytes: 'a_very_long_object_name.o/\n' },
        { name: '/0', bytes: 'abc' },
        { name: '#1/4', bytes: 'bsd.12' },
        { name: 'x/', bytes: 'y'.repeat(200) },
      ]);
      bytes[at % bytes.length] = byte;
      try {
        await read(bytes.subarray(0, cut % bytes.length), 50);
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error));
      }
    }),
    { numRuns: 300 },
  ));
