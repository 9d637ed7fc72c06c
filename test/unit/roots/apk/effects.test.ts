import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { busyboxApplets } from '../../../../src/roots/apk/applets.ts';
import { ODD_CERTIFICATE, PLAIN_CERTIFICATE } from '../../../certificates.ts';
import { composeApks, type ComposedApk } from '../../../compose-apks.ts';

const base: ComposedApk = {
  name: 'base',
  files: [
    { path: 'etc/passwd', bytes: 'root:x:0:0:root:/root:/bin/ash\nold:x:100:100::/:/bin/sh\n' },
    { path: 'etc/group', bytes: 'root:x:0:root\nnogroup:x:65533:\nwww:x:101:old\n' },
    { path: 'etc/shadow', bytes: 'root:*::0:::::\n', mode: 0o640, gid: 42 },
  ],
};

test('accounts are made as busybox makes them, and files belong to those whom packages name', async (t) => {
  const root = await composeApks(t, [
    base,
    {
      name: 'server',
      fields: { depend: 'base' },
      scripts: {
        'pre-install': `#!/bin/sh
addgroup -S -g 82 web 2>/dev/null
adduser -S -D -H -h /var/lib/web -s /sbin/nologin -G web -g "the web" web 2>/dev/null
addgroup web www
adduser -S lost -G missing
adduser --system plain
exit 0
`,
        'post-install': 'adduser -D person; addgroup -S www; adduser "$(id -un)"\n',
      },
      files: [{ path: 'srv/page', bytes: 'page', user: 'web', uid: 7, group: 'web', gid: 7 }],
    },
  ]);
  assert.deepEqual(root.look('etc/passwd')!.split('\n').slice(2), [
    'web:x:101:82:the web:/var/lib/web:/sbin/nologin',
    'plain:x:102:65533:Linux User,,,:/home/plain:/sbin/nologin',
    'person:x:1000:1000:Linux User,,,:/home/person:/bin/ash',
    '',
  ]);
  assert.deepEqual(root.look('etc/group')!.split('\n').slice(1), [
    'nogroup:x:65533:plain',
    'www:x:101:old,web',
    'web:x:82:web',
    'person:x:1000:',
    '',
  ]);
  assert.equal(root.look('etc/shadow')!.split('\n')[1], 'web:!::0:99999:7:::');
  assert.deepEqual(root.effect('accounts').skipped, ['server: adduser ?']);
  assert.match(root.look('lib/apk/db/installed')!, /R:page\na:101:82:644\n/);
  const { uid, gid, mode } = lstatSync(join(root.folder, 'etc/shadow'));
  assert.equal(mode & 0o7777, 0o640);
  if (process.geteuid?.() !== 0) return;
  const page = lstatSync(join(root.folder, 'srv/page'));
  assert.deepEqual([uid, gid, page.uid, page.gid], [0, 42, 101, 82]);
  // The tree in the store keeps the owner that the package gave.
  assert.equal(page.nlink, 1);
});

test('certificates are those that the list names, and then the user’s, each with its links', async (t) => {
  const root = await composeApks(t, [
    {
      name: 'ca-certificates',
      files: [
        {
          path: 'etc/ca-certificates.conf',
          bytes: '# all\nmozilla/Odd (1).crt\n!mozilla/no.crt\nmozilla/gone.crt\n',
        },
        { path: 'usr/share/ca-certificates/mozilla/Odd (1).crt', bytes: ODD_CERTIFICATE },
        { path: 'usr/share/ca-certificates/mozilla/no.crt', bytes: PLAIN_CERTIFICATE },
      ],
      scripts: { trigger: '#!/bin/sh\n/usr/sbin/update-ca-certificates > /dev/null 2>&1\n' },
    },
    { name: 'own', files: [{ path: 'usr/local/share/ca-certificates/own.crt', bytes: PLAIN_CERTIFICATE }] },
  ]);
  const look = (name: string) => root.look(`etc/ssl/certs/${name}`);
  assert.equal(look('ca-certificates.crt'), ODD_CERTIFICATE + PLAIN_CERTIFICATE);
  assert.equal(look('ca-cert-Odd_=1=.pem'), '-> /usr/share/ca-certificates/mozilla/Odd (1).crt');
  assert.equal(look('5db81dbf.0'), '-> ca-cert-Odd_=1=.pem');
  assert.equal(look('6649dbb2.0'), '-> ca-cert-own.pem');
  assert.equal(look('ca-cert-no.pem'), undefined);
  assert.deepEqual(root.effect('certificates').skipped, [
    'usr/share/ca-certificates/mozilla/gone.crt is no certificate',
  ]);
});

test('shells that packages add are listed after those that are there', async (t) => {
  const root = await composeApks(t, [
    { name: 'base', files: [{ path: 'etc/shells', bytes: '/bin/sh\n' }] },
    { name: 'bash', scripts: { 'post-install': "#!/bin/sh\nadd-shell '/bin/bash' /bin/sh\nexit 0\n" } },
  ]);
  assert.equal(root.look('etc/shells'), '/bin/sh\n/bin/bash\n');
});

const busybox = (files: ComposedApk['files']): ComposedApk => ({
  name: 'busybox',
  files: [{ path: 'bin/busybox', bytes: 'no table', mode: 0o755 }, ...files!],
  scripts: { 'post-install': '#!/bin/sh\nexec /bin/busybox --install -s\n' },
});

test("busybox's commands are links where nothing else has their name", async (t) => {
  const root = await composeApks(t, [
    busybox([
      {
        path: 'etc/busybox-paths.d/busybox',
        bytes: 'bin/ls\nbin/mount\nusr/sbin/chroot\nbin/su\nopt/none/x\n',
      },
      { path: 'bin/bbsuid', bytes: 'x\0/bin/bbsuid\0/bin/su\0/usr/bin/passwd\0/bin/own\0/etc/passwd\0' },
    ]),
    {
      name: 'own',
      files: [
        { path: 'bin/ls', bytes: 'mine' },
        { path: 'bin/own', bytes: 'mine' },
      ],
    },
  ]);
  assert.equal(root.look('bin/ls'), 'mine');
  assert.equal(root.look('bin/own'), 'mine');
  assert.equal(root.look('bin/mount'), '-> /bin/busybox');
  assert.equal(root.look('usr/sbin/chroot'), '-> /bin/busybox');
  assert.equal(root.look('bin/su'), '-> /bin/bbsuid');
  assert.equal(root.look('usr/bin/passwd'), '-> /bin/bbsuid');
  assert.equal(root.look('opt/none/x'), undefined);
  const merged = await composeApks(t, [
    { name: 'base', files: [{ path: 'bin', type: '2', linkTarget: 'usr/bin', mode: 0o777 }] },
    {
      name: 'busybox',
      files: [
        { path: 'usr/bin/busybox', bytes: '', mode: 0o755 },
        { path: 'etc/busybox-paths.d/busybox', bytes: 'bin/ls\nsbin/none\n' },
      ],
      scripts: { trigger: '#!/bin/busybox sh\n/bin/busybox --install -s\n' },
    },
  ]);
  assert.equal(merged.look('usr/bin/ls'), '-> /usr/bin/busybox');
  assert.equal(merged.look('sbin'), undefined);
  const unlisted = await composeApks(t, [busybox([])]);
  assert.deepEqual(unlisted.effect('busybox').skipped, [
    "the links of busybox: it doesn't list its commands",
  ]);
});

test('the table of commands is found in a program only where it is the only one', () => {
  const places = { '[': 3, '[[': 3, ...BIN(1), ...SBIN(2), ...USR(3), chroot: 4, zz: 2, odd: 0 };
  const names = Object.keys(places).sort();
  const table = Buffer.alloc((names.length + 1) >> 1);
  names.forEach((name, index) => {
    table[index >> 1]! |= places[name as keyof typeof places] << ((index & 1) * 4);
  });
  const list = Buffer.from(`${names.join('\0')}\0\0`);
  const program = Buffer.concat([Buffer.alloc(5000, 0x11), table, Buffer.alloc(77, 0xff), list]);
  const found = busyboxApplets(program)!;
  assert.equal(found.length, names.length);
  for (const path of [
    'bin/ls',
    'usr/bin/awk',
    'sbin/init',
    'usr/sbin/chroot',
    'sbin/zz',
    'odd',
    'usr/bin/[[',
  ])
    assert.ok(found.includes(path), path);
  assert.equal(busyboxApplets(Buffer.concat([program, table])), undefined);
  assert.equal(busyboxApplets(list), undefined);
  assert.equal(busyboxApplets(Buffer.from('no names')), undefined);
});

const all = (names: string) => (folder: number) =>
  Object.fromEntries(names.split(' ').map((name) => [name, folder]));
const BIN = all('cat chmod cp date grep ln ls mkdir mv rm sed sh tar uname');
const SBIN = all('halt ifconfig init reboot');
const USR = all('awk basename cut env find head id sort tail tr xargs');
