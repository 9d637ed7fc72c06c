import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTar } from '../../../src/formats/tar.ts';
import { TAR_END, tarHeader, tarPadding, type TarHead } from '../../../src/formats/tar-writer.ts';
import { stream } from '../../archives.ts';

const facts = { mode: 0o644, uid: 0, gid: 0, mtime: 1_600_000_000 };

async function throughReader(heads: readonly TarHead[]): Promise<Omit<TarHead, 'size'>[]> {
  const pieces = heads.flatMap((head) => [
    tarHeader(head),
    Buffer.alloc(head.size ?? 0),
    tarPadding(head.size ?? 0),
  ]);
  const read: TarHead[] = [];
  for await (const entry of readTar(stream(Buffer.concat([...pieces, TAR_END])))) {
    const { path, type, mode, uid, gid, mtime, linkTarget, device } = entry;
    const own = { path, type, mode, uid, gid, mtime };
    const xattrs = Object.fromEntries(
      [...entry.xattrs].map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    );
    read.push({
      ...own,
      ...(entry.size > 0 && { size: entry.size }),
      ...(linkTarget !== undefined && { linkTarget }),
      ...(device !== undefined && { device }),
      ...(entry.xattrs.size > 0 && { xattrs }),
    });
  }
  return read;
}

test('what is written is what a reader finds, of every type', async () => {
  const heads: TarHead[] = [
    { ...facts, path: 'dev/', type: 'folder', mode: 0o1777 },
    { ...facts, path: 'dev/null', type: 'character-device', device: { major: 1, minor: 3 } },
    { ...facts, path: 'dev/disk', type: 'block-device', gid: 6, device: { major: 259, minor: 12 } },
    { ...facts, path: 'dev/pipe', type: 'fifo' },
    { ...facts, path: 'su', type: 'file', mode: 0o4755, size: 1000 },
    { ...facts, path: 'su2', type: 'hardlink', linkTarget: 'su' },
    { ...facts, path: 'sh', type: 'symlink', mode: 0o777, linkTarget: 'dash' },
  ];
  assert.deepEqual(await throughReader(heads), heads);
});

test('names, owners and times that a header has no room for arrive whole', async () => {
  const long = `${'a'.repeat(90)}/${'b'.repeat(90)}`;
  const heads: TarHead[] = [
    { ...facts, path: long, type: 'file', size: 1 },
    { ...facts, path: 'NetLock_Arany_=Class_Gold=_Főtanúsítvány.crt', type: 'file' },
    { ...facts, path: 'x', type: 'symlink', linkTarget: long },
    { ...facts, path: 'y', type: 'hardlink', linkTarget: `${long}ő` },
    { ...facts, path: 'z', type: 'file', uid: 4_000_000_000, gid: 3_000_000, mtime: -1 },
  ];
  assert.deepEqual(await throughReader(heads), heads);
});

test('capabilities are bytes, whatever is in them, also a line break', async () => {
  const value = Buffer.from([1, 0, 0, 2, 10, 0x3d, 0xff, 0]).toString('base64');
  const xattrs = { 'security.capability': value, 'user.x': '' };
  const heads: TarHead[] = [{ ...facts, path: 'ping', type: 'file', size: 5, xattrs }];
  assert.deepEqual(await throughReader(heads), heads);
});
