import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { composeDebs, type TestPackage } from '../../../compose-debs.ts';

const MASTERS: TestPackage = {
  name: 'base-passwd',
  files: [
    { path: './usr/share/base-passwd/passwd.master', bytes: 'root:*:0:0:root:/root:/bin/bash\n' },
    { path: './usr/share/base-passwd/group.master', bytes: 'root:*:0:\nusers:*:100:\nnogroup:*:65534:\n' },
  ],
};

test('accounts come from the masters, and get their ids from 100 up', async (t) => {
  const root = await composeDebs(t, [
    MASTERS,
    {
      name: 'apt',
      control: {
        postinst:
          'adduser --force-badname --system --home /nonexistent  \\\n --no-create-home --quiet _apt || true\n',
      },
    },
    {
      name: 'dbus',
      control: {
        postinst: 'adduser --system --group --home=/run/dbus messagebus\nadduser "$USER" --system\n',
      },
    },
    { name: 'git', control: { postinst: 'addgroup --system _ssh\nadduser messagebus users\n' } },
    {
      name: 'systemd',
      files: [
        {
          path: './usr/lib/sysusers.d/x.conf',
          bytes: '# c\ng input -\nu tss 77 "TPM software" /var/lib/tpm\nm a b\nu! locked - - -\n',
        },
      ],
    },
  ]);
  assert.equal(
    root.look('etc/passwd'),
    `root:*:0:0:root:/root:/bin/bash
tss:*:77:77:TPM software:/var/lib/tpm:/usr/sbin/nologin
locked:*:102:102::/:/usr/sbin/nologin
_apt:*:100:65534::/nonexistent:/usr/sbin/nologin
messagebus:*:104:104::/run/dbus:/usr/sbin/nologin
`,
  );
  assert.match(
    root.look('etc/group') ?? '',
    /\ninput:\*:101:\ntss:\*:77:\nlocked:\*:102:\n_ssh:\*:103:\nmessagebus:\*:104:\n$/,
  );
  assert.equal(root.look('etc/shadow'), undefined);
  assert.deepEqual(root.effect('accounts').skipped, ['dbus: adduser ? --system']);
});

test('with passwd installed, passwords are in the shadow files, which only root and shadow read', async (t) => {
  const root = await composeDebs(t, [MASTERS, { name: 'passwd' }]);
  assert.equal(root.look('etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  assert.equal(root.look('etc/shadow'), 'root:*::0:99999:7:::\n');
  const { mode, gid } = lstatSync(join(root.folder, 'etc/shadow'));
  assert.deepEqual([mode & 0o7777, gid], [0o640, process.geteuid?.() === 0 ? 42 : process.getegid?.()]);
});
