/** Archives that are made to hurt whoever reads them: each ends in a problem, soon and without much memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ArtifactAudit } from '../../../src/audit/report.ts';
import { ar, deb, tar } from '../../archives.ts';
import { auditBytes, auditTree, glibcAddon } from '../../audited.ts';
import { cpio, npm, rpm, zip } from '../../packages.ts';

const addon = glibcAddon('2.28', 'fcntl64');
const MB = 1024 * 1024;

const found = ({ problems }: ArtifactAudit): [string, string | null][] =>
  problems.map(({ code, path }) => [code, path]);

async function codesOf(name: string, bytes: Uint8Array): Promise<[string, string | null][]> {
  return found(await auditBytes(name, bytes));
}

test('a gzip that unpacks to a thousand times its size', async () => {
  const piece = gzipSync(Buffer.alloc(64 * MB));
  const head = gzipSync(tar([{ path: 'zeros', size: 4_000_000_000 }], false));
  const bomb = Buffer.concat([head, ...Array.from({ length: 25 }, () => piece)]);
  const before = process.memoryUsage().rss;
  assert.deepEqual(await codesOf('bomb.tar.gz', bomb), [['archive-bomb', null]]);
  assert.ok(process.memoryUsage().rss - before < 200 * MB);
});

test('a zip whose members share their bytes', async () => {
  const members = Array.from({ length: 3000 }, (_, i) => ({ path: `x${i}.so`, declared: { offset: 0 } }));
  const audit = await auditBytes('bomb.zip', zip([{ path: 'x.so', bytes: addon }, ...members]));
  assert.equal(audit.elfs.length, 0);
  assert.equal(audit.problems.length, 1000);
  assert.equal(audit.problems[0]!.code, 'archive-member-refused');
});

test('a file that unpacks to itself', async () => {
  let bytes = Buffer.from('x');
  for (let i = 0; i < 30; i++) bytes = gzipSync(bytes);
  assert.deepEqual(await codesOf('quine.gz', bytes), [['not-an-artifact', null]]);
});

test('members that claim four gigabytes and more', async () => {
  const huge = 0xffff_fffe;
  const cases: [string, Buffer][] = [
    ['x.tar', tar([{ path: 'x.so', bytes: addon, size: 8 ** 11 - 1 }])],
    [
      'x.a',
      Buffer.from(
        ar([{ name: 'x.o/', bytes: addon }])
          .toString('latin1')
          .replace(String(addon.length).padEnd(10), '9999999999'),
        'latin1',
      ),
    ],
    ['x.zip', zip([{ path: 'x.so', bytes: addon, declared: { size: huge } }])],
    [
      'x.cpio',
      Buffer.from(
        cpio([{ path: 'x.so', bytes: addon }])
          .toString('latin1')
          .replace(addon.length.toString(16).padStart(8, '0'), 'fffffffe'),
        'latin1',
      ),
    ],
  ];
  for (const [name, bytes] of cases) {
    const [first, ...others] = await codesOf(name, bytes);
    assert.equal(first?.[0], 'archive-malformed', name);
    assert.deepEqual(others, [], name);
  }
});

test('paths that lead out of their archive', async () => {
  const bad = [
    { path: '../../etc/x.so', bytes: addon },
    { path: '/etc/x.so', bytes: addon },
    { path: 'a/b/../../../x.so', bytes: addon },
  ];
  const escapes = bad.map(({ path }): [string, string] => ['archive-path-escapes', path]);
  assert.deepEqual(await codesOf('x.tar', tar(bad)), escapes);
  assert.deepEqual(await codesOf('x.zip', zip(bad)), escapes);
  const linked = [
    { path: 'in', type: '2', linkTarget: 'folder' },
    { path: 'in/fine.so', bytes: addon },
    { path: 'out', type: '2', linkTarget: '/etc' },
    { path: 'out/x.so', bytes: addon },
    { path: 'd/up', type: '2', linkTarget: '../../../elsewhere' },
    { path: 'd/up/x.so', bytes: addon },
  ];
  assert.deepEqual(await codesOf('x.tgz', npm({}, linked)), [
    ['archive-path-escapes', 'package/out/x.so'],
    ['archive-path-escapes', 'package/d/up/x.so'],
  ]);
});

test('names with escape sequences, and with what JavaScript keeps for itself', async () => {
  const names = ['\u001B[2Jx.so', '__proto__', 'constructor/x.so', 'toString'];
  const audit = await auditBytes('x.tar', tar(names.map((path) => ({ path, bytes: addon }))));
  assert.deepEqual(
    audit.elfs.map(({ path }) => path),
    names,
  );
});

test('package.json that is no JSON, or JSON of other shapes', async () => {
  for (const text of ['{', 'null', '[]', '{"name":1}', '{"name":"x","version":"1","os":{"a":1},"bin":[1]}']) {
    const bytes = gzipSync(
      tar([
        { path: 'package/package.json', bytes: text },
        { path: 'package/x.node', bytes: addon },
      ]),
    );
    assert.equal((await auditBytes('x.tgz', bytes)).elfs.length, 1, text);
  }
});

test('every cut of every kind of archive is a problem with a place, or a shorter archive', async () => {
  const files = [{ path: 'usr/x.so', bytes: addon }];
  const whole: Record<string, Buffer> = {
    'x.tar': tar(files),
    'x.tgz': npm({}, files),
    'x.zip': zip(files),
    'x.deb': deb({ Package: 'x', Architecture: 'amd64' }, files),
    'x.rpm': rpm({ name: 'x' }, gzipSync(cpio(files))),
    'x.a': ar([{ name: 'x.o/', bytes: addon }]),
  };
  const tree: Record<string, Buffer> = {};
  for (const [name, bytes] of Object.entries(whole)) {
    for (let part = 1; part < 16; part++)
      tree[`${part}-${name}`] = bytes.subarray(0, (bytes.length * part) / 16);
  }
  for (const audit of await auditTree(tree)) {
    for (const { code, message } of audit.problems) {
      assert.match(code, /^(?:archive-malformed|elf-malformed|claim-)/, `${audit.path}: ${message}`);
    }
  }
  const audit = await auditBytes('cut.tgz', whole['x.tgz']!.subarray(0, 200));
  assert.deepEqual(found(audit), [['archive-malformed', null]]);
});

test('an ELF file that is cut off inside of an archive is named with its offset', async () => {
  const audit = await auditBytes('x.tar', tar([{ path: 'x.so', bytes: addon.subarray(0, 40) }]));
  assert.deepEqual(found(audit), [['elf-malformed', 'x.so']]);
  assert.notEqual(audit.problems[0]!.offset, undefined);
});
