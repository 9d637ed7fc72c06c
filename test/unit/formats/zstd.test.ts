import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { FormatError } from '../../../src/formats/format-error.ts';
import { decompressZstd } from '../../../src/formats/zstd.ts';
import { collect, stream } from '../../archives.ts';
import { prose, PROSE_ZSTD } from '../../prose.ts';

const zstd = (bytes: Uint8Array, ...options: string[]): Buffer =>
  spawnSync('zstd', ['-q', '-c', ...options], { input: bytes, maxBuffer: 1 << 28 }).stdout;
const skip = spawnSync('zstd', ['--version']).status === 0 ? false : 'there is no zstd here';

const unpack = (bytes: Uint8Array, chunk?: number): Promise<Buffer> =>
  collect(decompressZstd(stream(bytes, chunk)));

function rejects(bytes: Uint8Array, message: RegExp): Promise<void> {
  return assert.rejects(unpack(bytes), (error: unknown) => {
    assert.ok(error instanceof FormatError, String(error));
    assert.match(error.message, message);
    assert.notEqual(error.offset, undefined);
    return true;
  });
}

function block(type: number, size: number, last: boolean, body: string): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return Buffer.concat([header, Buffer.from(body)]);
}

test('Huffman-coded literals and coded sequences, in pieces of any size', async () => {
  for (const chunk of [1, 7, 100_000]) assert.equal((await unpack(PROSE_ZSTD, chunk)).toString(), prose());
});

test('raw and repeated blocks, empty frames, frames in a row, and frames to skip', async () => {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]);
  const first = Buffer.concat([head, block(0, 3, false, 'abc'), block(1, 5, true, 'x')]);
  const empty = Buffer.concat([head, block(0, 0, true, '')]);
  assert.equal(
    (await unpack(Buffer.concat([first, skippable, empty, first]))).toString(),
    'abcxxxxxabcxxxxx',
  );
  await rejects(Buffer.concat([head, block(3, 0, true, '')]), /unknown type/);
  await rejects(Buffer.concat([head, block(0, 0x1fffff, true, '')]), /too large/);
});

test('every cut and every wrong bit of the checksum is a FormatError', async () => {
  for (let cut = 0; cut < PROSE_ZSTD.length; cut++) await rejects(PROSE_ZSTD.subarray(0, cut), /./);
  const wrong = Buffer.from(PROSE_ZSTD);
  wrong[wrong.length - 1]! ^= 1;
  await rejects(wrong, /checksum is wrong/);
  await rejects(Buffer.concat([PROSE_ZSTD, Buffer.from('more')]), /no zstd frame/);
});

test('whatever byte is wrong, nothing else is thrown', async () => {
  for (let at = 4; at < PROSE_ZSTD.length; at++) {
    for (const value of [0, 0x80, 0xff]) {
      const wrong = Buffer.from(PROSE_ZSTD);
      wrong[at] = value;
      await unpack(wrong).catch((error: unknown) => assert.ok(error instanceof FormatError, String(error)));
    }
  }
});

test('a window above 128 MiB and a dictionary are refused by the header alone', async () => {
  await rejects(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90]), /needs a window of 268435456 bytes/);
  await rejects(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 7]), /dictionaries/);
});

test('what the zstd program packs, at all its levels', { skip }, async () => {
  const noise = randomBytes(70_000);
  const runs = Buffer.concat(Array.from({ length: 400 }, (_, i) => Buffer.alloc(i * 7, i)));
  const records = Buffer.from(Array.from({ length: 9000 }, (_, i) => `${i % 37},${i * 17},${i}\n`).join(''));
  const far = Buffer.concat([noise, runs, records, noise.subarray(1000), records.subarray(777)]);
  const levels = ['--fast=9', '-1', '-4', '-8', '-13', '-19'];
  for (const input of [Buffer.alloc(0), Buffer.from('x'), noise, runs, records, far, Buffer.from(prose())]) {
    for (const level of levels) {
      assert.ok((await unpack(zstd(input, level))).equals(input), `${level} of ${input.length} bytes`);
    }
    for (const options of [
      ['-19', '--long=27'],
      // Told the size, it makes its tables no larger than that.
      ['--ultra', '-22', `--stream-size=${input.length}`],
      ['--no-check', '-3'],
      ['--no-content-size', '-6'],
    ]) {
      assert.ok((await unpack(zstd(input, ...options), 999)).equals(input), options.join(' '));
    }
  }
});

test('a window that slides over far more than it holds', { skip }, async () => {
  const piece = randomBytes(300_000);
  const input = Buffer.concat(
    Array.from({ length: 30 }, (_, i) => Buffer.concat([piece, Buffer.alloc(i * 100, i)])),
  );
  assert.ok((await unpack(zstd(input, '-3', '--zstd=wlog=19'))).equals(input));
});
