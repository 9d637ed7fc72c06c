import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { composeDebs } from '../../../compose-debs.ts';

test('dpkg sees every package as installed, with its files, scripts and triggers', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'a',
      fields: { 'Multi-Arch': 'same', Description: 'short\n long' },
      files: [{ path: './bin/', type: '5' }, { path: './bin/a' }, { path: './etc/a.conf', bytes: 'x' }],
      control: {
        conffiles: '/etc/a.conf\nremove-on-upgrade /etc/old.conf\n',
        postinst: '#!/bin/sh\n',
        triggers: '# t\ninterest-noawait /usr/lib/x\ninterest ldconfig\nactivate other\ninterest ../../x\n',
      },
    },
    { name: 'b' },
  ]);
  assert.equal(
    root.look('var/lib/dpkg/status'),
    `Package: a
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 1
Conffiles:
 /etc/a.conf 9dd4e461268c8034f5c8564e155c67a6
 /etc/old.conf newconffile remove-on-upgrade
Description: short
 long

Package: b
Status: install ok installed
Architecture: amd64
Version: 1

`,
  );
  assert.equal(root.look('var/lib/dpkg/info/a:amd64.list'), '/.\n/bin\n/bin/a\n/etc/a.conf\n');
  assert.equal(root.look('var/lib/dpkg/info/b.list'), '/.\n');
  assert.equal(statSync(join(root.folder, 'var/lib/dpkg/info/a:amd64.postinst')).mode & 0o777, 0o755);
  assert.equal(root.look('var/lib/dpkg/triggers/File'), '/usr/lib/x a:amd64/noawait\n');
  assert.equal(root.look('var/lib/dpkg/triggers/ldconfig'), 'a:amd64\n');
  assert.equal(root.look('var/lib/dpkg/info/format'), '1\n');
  assert.equal(root.look('var/lib/dpkg/arch'), 'amd64\n');
});

test('packages of a second CPU are told apart', async (t) => {
  const root = await composeDebs(t, [
    { name: 'libc6', fields: { 'Multi-Arch': 'same' } },
    { name: 'libc6', arch: 'arm64', fields: { 'Multi-Arch': 'same' } },
  ]);
  assert.equal(root.look('var/lib/dpkg/arch'), 'amd64\narm64\n');
  assert.equal(root.look('var/lib/dpkg/info/libc6:arm64.list'), '/.\n');
});

test('diversions that scripts ask for are noted, and those that depend on what only running tells are not', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'base',
      control: {
        preinst: `for d in lib32 libx32; do
  dpkg-divert --quiet --package base --add --no-rename --divert "/.$d.merged" "/$d"
done
dpkg-divert --package base --add --divert "/.\${root#/}" "$root"
dpkg-divert --package base --remove --divert /x.old /x
dpkg-divert --package zutils --add --divert /y.old /y
`,
      },
    },
    {
      name: 'dash',
      control: { postinst: 'dpkg-divert --divert $distrib --add $dfile\nclaim_binsh /bin/sh dash\n' },
    },
    { name: 'lib', control: { preinst: 'dpkg-divert --add --divert /ld.so.merged /ld.so\n' } },
  ]);
  assert.equal(
    root.look('var/lib/dpkg/diversions')?.replaceAll('\n', ' '),
    '/lib32 /.lib32.merged base /libx32 /.libx32.merged base /ld.so /ld.so.merged lib /bin/sh /bin/sh.distrib dash ',
  );
});
