import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decompressBzip2 } from '../../../src/formats/bzip2.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { collect, stream } from '../../archives.ts';
import { prose, PROSE_BZIP2 } from '../../prose.ts';

const bzip2 = (bytes: Uint8Array, ...options: string[]): Buffer =>
  spawnSync('bzip2', ['-c', ...options], { input: bytes, maxBuffer: 1 << 28 }).stdout;
const skip = spawnSync('bzip2', ['--help']).status === 0 ? false : 'there is no bzip2 here';

const unpack = (bytes: Uint8Array, chunk?: number): Promise<Buffer> =>
  collect(decompressBzip2(stream(bytes, chunk)));

test('one stream, several, in pieces of any size', async () => {
  for (const chunk of [1, 7, 100_000]) assert.equal((await unpack(PROSE_BZIP2, chunk)).toString(), prose());
  assert.equal((await unpack(Buffer.concat([PROSE_BZIP2, PROSE_BZIP2]))).toString(), prose() + prose());
});

test('every cut is a FormatError, and whatever byte is wrong, nothing else is thrown', async () => {
  for (let cut = 0; cut < PROSE_BZIP2.length; cut += 3) {
    await assert.rejects(unpack(PROSE_BZIP2.subarray(0, cut)), FormatError, `cut at ${cut}`);
  }
  for (let at = 0; at < PROSE_BZIP2.length; at++) {
    const wrong = Buffer.from(PROSE_BZIP2);
    wrong[at]! ^= 0x55;
    // Some bits belong to codes that no symbol uses.
    await unpack(wrong).then(
      (bytes) => assert.equal(bytes.toString(), prose(), `byte ${at}`),
      (error: unknown) => assert.ok(error instanceof FormatError, String(error)),
    );
  }
});

test('what the bzip2 program packs', { skip }, async () => {
  const runs = Buffer.concat(Array.from({ length: 300 }, (_, i) => Buffer.alloc(i, i)));
  for (const input of [
    Buffer.alloc(0),
    Buffer.from('x'),
    Buffer.alloc(700_000),
    randomBytes(250_000),
    runs,
  ]) {
    for (const level of ['-1', '-9']) {
      assert.ok((await unpack(bzip2(input, level), 4096)).equals(input), `${level} of ${input.length} bytes`);
    }
  }
});
