import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readCpio } from '../../../src/formats/cpio.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { readRpm } from '../../../src/formats/rpm.ts';
import { collect, stream } from '../../archives.ts';
import { cpio, rpm } from '../../packages.ts';

const payload = cpio([{ path: './usr/bin/x', mode: 0o100755, bytes: 'program' }]);

async function read(bytes: Uint8Array, chunk?: number) {
  const { payload, ...header } = await readRpm(stream(bytes, chunk));
  const files: [string, string][] = [];
  for await (const { path, body } of readCpio(payload)) files.push([path, (await collect(body)).toString()]);
  return { ...header, files };
}

test('the tags of the header and the files of the payload, compressed or not', async () => {
  const fields = { name: 'hello', requires: ['libc.so.6()(64bit)', '/bin/sh'], provides: ['hello'] };
  for (const packed of [payload, gzipSync(payload)]) {
    for (const chunk of [1, 1000]) {
      assert.deepEqual(await read(rpm(fields, packed), chunk), {
        name: 'hello',
        version: '1.0',
        release: '1',
        arch: 'x86_64',
        os: 'linux',
        requires: ['libc.so.6()(64bit)', '/bin/sh'],
        provides: ['hello'],
        files: [['./usr/bin/x', 'program']],
      });
    }
  }
});

test('every cut is a FormatError, and so are lies', async () => {
  const bytes = rpm({ name: 'hello' }, gzipSync(payload));
  for (let cut = 0; cut < bytes.length; cut += 5) {
    await assert.rejects(read(bytes.subarray(0, cut)), FormatError, `cut at ${cut}`);
  }
  const spoiled = (at: number, value: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(value, at);
    return copy;
  };
  await assert.rejects(read(spoiled(0, 0)), /no rpm package/);
  await assert.rejects(read(spoiled(96, 0)), /no header/);
  await assert.rejects(read(spoiled(104, 0xffffffff)), /too large/);
  await assert.rejects(read(spoiled(108, 0xffffffff)), /too large/);
  await assert.rejects(read(rpm({ name: 'x', payloadFormat: 'drpm' }, payload)), /kind drpm is not read/);
  await assert.rejects(read(rpm({ name: '' }, payload)), /without a name/);
});
