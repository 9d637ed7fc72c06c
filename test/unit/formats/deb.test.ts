import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readDeb } from '../../../src/formats/deb.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { ar, deb, stream, tar } from '../../archives.ts';

const HELLO = deb(
  { Package: 'hello', Version: '1.0' },
  [{ path: './usr/bin/hello', bytes: 'hi', mode: 0o755 }],
  {
    postinst: '#!/bin/sh\n',
  },
);

test('a package is its control files and a stream of what it installs', async () => {
  const { control, data } = await readDeb(stream(HELLO, 33));
  assert.deepEqual([...control.keys()], ['control', 'postinst']);
  assert.equal(Buffer.from(control.get('control')!.bytes).toString(), 'Package: hello\nVersion: 1.0\n');
  const paths: string[] = [];
  for await (const entry of data) paths.push(entry.path);
  assert.deepEqual(paths, ['./usr/bin/hello']);
});

test('what is not built like a package is refused', async () => {
  const control = { name: 'control.tar', bytes: tar([{ path: 'control', bytes: 'Package: x\n' }]) };
  const version = { name: 'debian-binary', bytes: '2.0\n' };
  const signature = { name: '_gpgorigin', bytes: 'x' };
  const cases: [Buffer, RegExp][] = [
    [ar([]), /there is no debian-binary/],
    [ar([{ name: 'debian-binary', bytes: '3.0\n' }]), /format "3.0"/],
    [ar([version, { name: 'data.tar.gz', bytes: '' }]), /"data.tar.gz" where control.tar belongs/],
    [ar([version, control]), /there is no data.tar/],
    [ar([version, { name: 'control.tar.gz', bytes: gzipSync(tar([])) }]), /no control file/],
    [ar([version, { name: 'control.tar', bytes: tar([{ path: '../x' }]) }]), /not a plain file/],
    [
      ar([version, { name: 'control.tar', bytes: tar([{ path: 'x', type: '2', linkTarget: '/' }]) }]),
      /not a plain file/,
    ],
  ];
  for (const [bytes, message] of cases) await assert.rejects(readDeb(stream(bytes)), message);
  const { data } = await readDeb(
    stream(ar([version, signature, control, { name: 'data.tar', bytes: tar([]) }])),
  );
  for await (const _ of data) assert.fail();
});

test('cut off anywhere, it is a FormatError or the whole', async () => {
  for (let cut = 0; cut < HELLO.length; cut += 3) {
    try {
      const { data } = await readDeb(stream(HELLO.subarray(0, cut)));
      for await (const _ of data);
    } catch (error) {
      assert.ok(error instanceof FormatError, `${cut}: ${String(error)}`);
    }
  }
});
