import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareSent,
  goPermissions,
  readPacket,
  writePacket,
} from '../../../../src/engines/buildkit/fsutil.ts';

test('what is in a folder comes right after it, names by their bytes', () => {
  const paths = ['a', 'a/z', 'a/z/b', 'a.txt', 'a-b', 'b', 'é', 'Z', '～', '😀'];
  assert.deepEqual(paths.toSorted(compareSent), [
    'Z',
    'a',
    'a/z',
    'a/z/b',
    'a-b',
    'a.txt',
    'b',
    'é',
    '～',
    '😀',
  ]);
});

test('setuid and its like stand where Go has them', () => {
  assert.equal(goPermissions(0o4755), 2 ** 23 + 0o755);
  assert.equal(goPermissions(0o1777), 2 ** 20 + 0o777);
});

test('a packet keeps what it says', () => {
  const stat = {
    path: 'usr/bin/ü',
    mode: 2 ** 31 + 0o755,
    uid: 1000,
    gid: 65534,
    size: 5 * 2 ** 30,
    modified: 1_700_000_000_123_456_789n,
    linkname: '',
  };
  assert.deepEqual(readPacket(writePacket({ type: 0, stat })).stat, stat);
  const { type, id, data } = readPacket(writePacket({ type: 2, id: 7, data: Buffer.from('x') }));
  assert.deepEqual([type, id, Buffer.from(data!).toString()], [2, 7, 'x']);
});
