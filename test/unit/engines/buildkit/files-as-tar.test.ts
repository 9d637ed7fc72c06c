import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { FilesAsTar } from '../../../../src/engines/buildkit/files-as-tar.ts';
import { goMode, goPermissions, type FileStat } from '../../../../src/engines/buildkit/fsutil.ts';
import { readTar } from '../../../../src/formats/tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'targetry-tar-'));
after(() => rmSync(folder, { recursive: true }));
const [small, large] = ['small', 'large'].map((name) => join(folder, name));
writeFileSync(small!, 'twelve bytes');
writeFileSync(large!, Buffer.alloc(200_000, 'abc'));

const stat = (path: string, more: Partial<FileStat>) => ({
  stat: {
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    modified: 1_700_000_000_000_000_000n,
    linkname: '',
    ...more,
  },
});
const long = `${'länge/'.repeat(30)}x`;
const files = [
  stat('bin', { mode: goMode.folder + goPermissions(0o1777) }),
  { ...stat('bin/run', { mode: goPermissions(0o4755), size: 12, uid: 3, gid: 4 }), from: small! },
  stat('bin/same', { mode: goPermissions(0o4755), linkname: 'bin/run' }),
  { ...stat('large', { size: 200_000, xattrs: { 'user.a': Buffer.from([0, 1]) } }), from: large! },
  stat('link', { mode: goMode.link + 0o777, linkname: long }),
  stat('null', { mode: goMode.device + goMode.character + 0o666, major: 1, minor: 3 }),
  stat('pipe', { mode: goMode.pipe + 0o600 }),
];

async function bytes(tar: FilesAsTar, from = 0, length = tar.size): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of tar.read(from, length)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a root reaches a daemon with the owners, modes, links, devices and attributes that it has', async () => {
  const tar = new FilesAsTar(files);
  const seen: string[] = [];
  for await (const { type, path, mode, uid, gid, size, mtime, linkTarget, device, xattrs } of readTar(
    tar.read(0, tar.size),
  )) {
    assert.equal(mtime, 1_700_000_000);
    const more = [
      linkTarget && `to ${linkTarget}`,
      device && `${device.major}:${device.minor}`,
      ...xattrs.keys(),
    ];
    seen.push([type, path, mode.toString(8), `${uid}:${gid}`, size, ...more.filter(Boolean)].join(' '));
  }
  assert.deepEqual(seen, [
    'folder bin/ 1777 0:0 0',
    'file bin/run 4755 3:4 12',
    'hardlink bin/same 4755 0:0 0 to bin/run',
    'file large 644 0:0 200000 user.a',
    `symlink link 777 0:0 0 to ${long}`,
    'character-device null 666 0:0 0 1:3',
    'fifo pipe 600 0:0 0',
  ]);
});

test('any part of a layer is what it is in the whole', async () => {
  const tar = new FilesAsTar(files);
  const whole = await bytes(tar);
  assert.equal(whole.length, tar.size);
  const places = fc.tuple(fc.nat(tar.size), fc.nat(tar.size + 100));
  await fc.assert(
    fc.asyncProperty(places, async ([from, length]) => {
      assert.ok((await bytes(tar, from, length)).equals(whole.subarray(from, from + length)));
    }),
  );
});
