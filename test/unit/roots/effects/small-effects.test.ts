import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { composeDebs } from '../../../compose-debs.ts';

test('base-files: its folders and links, and the defaults that it ships', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'base-files',
      files: [
        { path: './usr/share/base-files/profile', bytes: 'PS1=x\n' },
        { path: './var/run/', type: '5' },
        { path: './var/lock/', type: '5' },
        { path: './etc/dpkg/origins/debian' },
      ],
    },
  ]);
  assert.equal(root.look('etc/profile'), 'PS1=x\n');
  assert.equal(root.look('var/run'), '-> /run');
  assert.equal(root.look('var/lock'), '-> /run/lock');
  assert.equal(root.look('run/lock'), 'folder');
  assert.equal(root.look('usr/local/bin'), 'folder');
  assert.equal(root.look('etc/dpkg/origins/default'), '-> debian');
});

test('what Ubuntu has otherwise: its name, PATH in /etc/environment, its own /etc/networks, and no /etc/motd', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'base-files',
      files: [
        { path: './usr/share/base-files/motd', bytes: 'hello\n' },
        { path: './usr/share/base-files/networks', bytes: '# of Ubuntu\n' },
      ],
      control: { postinst: 'ln -sf ubuntu "$DPKG_ROOT/etc/dpkg/origins/default"\n' },
    },
    {
      name: 'libpam-modules',
      control: { postinst: `\techo 'PATH="/bin:/snap/bin"' >> "$DPKG_ROOT"/etc/environment\n` },
    },
    { name: 'dpkg', files: [{ path: './usr/bin/dpkg', bytes: 'an older one' }] },
    { name: 'netbase', control: { postinst: 'cat > /etc/networks\n' } },
  ]);
  assert.equal(root.look('etc/dpkg/origins/default'), '-> ubuntu');
  assert.equal(root.look('etc/networks'), '# of Ubuntu\n');
  assert.equal(root.look('etc/environment'), 'PATH="/bin:/snap/bin"\n');
  assert.equal(root.look('etc/motd'), undefined);
  assert.equal(root.look('var/lib/dpkg/arch-native'), undefined);
});

test('name services: hosts, a place for resolv.conf, and nsswitch.conf where a package has one', async (t) => {
  const bare = await composeDebs(t, [{ name: 'a' }]);
  assert.match(bare.look('etc/hosts') ?? '', /^127\.0\.0\.1\tlocalhost\n/);
  assert.equal(bare.look('etc/resolv.conf'), '');
  assert.equal(bare.look('etc/nsswitch.conf'), undefined);
  const files = [{ path: './usr/share/libc-bin/nsswitch.conf', bytes: 'hosts: files dns\n' }];
  const root = await composeDebs(t, [{ name: 'libc-bin', files }]);
  assert.equal(root.look('etc/nsswitch.conf'), 'hosts: files dns\n');
});

test('shells: the list, and what packages add to it if it is there', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'dash',
      files: [{ path: './bin/dash' }],
      control: { postinst: 'add-shell /bin/dash\nadd-shell /bin/gone\n' },
    },
    { name: 'debianutils', files: [{ path: './usr/share/debianutils/shells', bytes: '# list\n/bin/sh\n' }] },
    {
      name: 'zsh',
      files: [{ path: './usr/share/debianutils/shells.d/zsh', bytes: '/bin/zsh\n' }, { path: './bin/zsh' }],
    },
  ]);
  assert.equal(root.look('etc/shells'), '# list\n/bin/sh\n/bin/zsh\n/usr/bin/zsh\n/bin/dash\n');
});

test('time zone: UTC, where there are zones', async (t) => {
  const root = await composeDebs(t, [{ name: 'tzdata', files: [{ path: './usr/share/zoneinfo/Etc/UTC' }] }]);
  assert.equal(root.look('etc/localtime'), '-> /usr/share/zoneinfo/Etc/UTC');
});

test('ccache: a link for each compiler that is installed', async (t) => {
  const names = ['ccache', 'gcc', 'gcc-12', 'x86_64-linux-gnu-g++-12', 'clang-16', 'clang-format', 'cc1'];
  const root = await composeDebs(t, [
    {
      name: 'all',
      files: [
        ...names.map((name) => ({ path: `./usr/bin/${name}` })),
        { path: './usr/lib/gcc/x86_64-linux-gnu/12/cc1' },
      ],
    },
  ]);
  assert.deepEqual([...root.effect('compiler-cache').done].sort(), [
    'usr/lib/ccache/clang-16',
    'usr/lib/ccache/gcc',
    'usr/lib/ccache/gcc-12',
    'usr/lib/ccache/x86_64-linux-gnu-g++-12',
  ]);
  assert.equal(root.look('usr/lib/ccache/gcc'), '-> ../../bin/ccache');
});

test('first files: what a script makes where nothing is, and only where the script says so', async (t) => {
  const root = await composeDebs(t, [
    { name: 'libpam-modules', control: { postinst: 'umask 066; touch "$DPKG_ROOT"/etc/security/opasswd\n' } },
    { name: 'python3.11-minimal', control: { preinst: 'touch /var/lib/python/python3.11_installed\n' } },
    {
      name: 'login',
      control: { postinst: 'touch "$DPKG_ROOT/etc/subuid"\n' },
      files: [{ path: './etc/subuid', bytes: 'x' }],
    },
  ]);
  assert.equal(statSync(join(root.folder, 'etc/security/opasswd')).mode & 0o777, 0o600);
  assert.equal(root.look('etc/environment'), undefined);
  assert.equal(root.look('usr/local/lib/python3.11/dist-packages'), 'folder');
  assert.equal(root.look('var/lib/python/python3.11_installed'), '');
  assert.equal(root.look('etc/subuid'), 'x');
});

test('services: what a package turns on is linked as systemd and init would have it', async (t) => {
  const unit =
    '[Unit]\nDescription=x\n[Timer]\nWantedBy=no.target\n[Install]\nWantedBy=timers.target\nAlias=y.timer\n';
  const files = ['x', 'off'].map((name) => ({ path: `./lib/systemd/system/${name}.timer`, bytes: unit }));
  const init = '### BEGIN INIT INFO\n# Default-Start:     S\n# Default-Stop:      0 6\n### END INIT INFO\n';
  const postinst = `if deb-systemd-helper --quiet was-enabled 'x.timer'; then deb-systemd-helper enable 'x.timer' >/dev/null || true; fi
if deb-systemd-helper debian-installed 'off.timer'; then deb-systemd-helper enable 'off.timer'; fi
update-rc.d clock defaults >/dev/null || exit 1
`;
  const root = await composeDebs(t, [
    { name: 'a', files: [...files, { path: './etc/init.d/clock', bytes: init }], control: { postinst } },
  ]);
  const { done, skipped } = root.effect('services');
  assert.deepEqual(skipped, []);
  assert.deepEqual(done, [
    'etc/systemd/system/timers.target.wants/x.timer',
    'etc/systemd/system/y.timer',
    'etc/rcS.d/S01clock',
    'etc/rc0.d/K01clock',
    'etc/rc6.d/K01clock',
  ]);
  assert.equal(root.look(done[0]!), '-> /lib/systemd/system/x.timer');
  assert.equal(root.look('etc/rc0.d/K01clock'), '-> ../init.d/clock');
  assert.match(
    root.look('var/lib/systemd/deb-systemd-helper-enabled/x.timer.dsh-also') ?? '',
    /^\/etc\/systemd\/system\/timers\.target\.wants\/x\.timer\n/,
  );
});

const PAM_TEMPLATE = `# about
# here are the per-package modules (the "Primary" block)
$session_primary
# here's the fallback if no module succeeds
session	requisite			pam_deny.so
# and here are more per-package modules (the "Additional" block)
$session_additional
# end of pam-auth-update config
# local
`;

test('authentication: profiles that are on by default fill the common files, the most important one first', async (t) => {
  const profile = (name: string, text: string) => ({ path: `./usr/share/pam-configs/${name}`, bytes: text });
  const kinds = ['auth', 'account', 'password', 'session', 'session-noninteractive'];
  const root = await composeDebs(t, [
    {
      name: 'libpam-runtime',
      files: [
        ...kinds.map((kind) => ({ path: `./usr/share/pam/common-${kind}`, bytes: PAM_TEMPLATE })),
        profile(
          'unix',
          'Name: Unix\nDefault: yes\nPriority: 256\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_unix.so nullok try_first_pass\nAuth-Initial:\n\t[success=end default=ignore]\tpam_unix.so nullok\n',
        ),
        profile(
          'other',
          'Name: Other\nDefault: yes\nPriority: 128\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_other.so  a   b\nSession-Type: Additional\nSession-Interactive-Only: yes\nSession:\n\toptional\tpam_other.so\n',
        ),
        profile(
          'off',
          'Name: Off\nDefault: no\nPriority: 0\nAuth-Type: Primary\nAuth:\n\trequired\tpam_off.so\n',
        ),
      ],
    },
  ]);
  const modules = (kind: string) =>
    root
      .look(`etc/pam.d/common-${kind}`)
      ?.split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(modules('auth'), [
    'auth\t[success=2 default=ignore]\tpam_unix.so nullok',
    'auth\t[success=1 default=ignore]\tpam_other.so a b',
    'session\trequisite\t\t\tpam_deny.so',
  ]);
  assert.deepEqual(modules('session'), [
    'session\t[default=1]\t\t\tpam_permit.so',
    'session\trequisite\t\t\tpam_deny.so',
    'session\toptional\tpam_other.so ',
  ]);
  assert.equal(modules('session-noninteractive')?.length, 2);
  assert.equal(root.look('var/lib/pam/seen'), 'unix\nother\noff\n');
  assert.match(root.look('etc/pam.d/common-auth') ?? '', /^# about\n[^]*# local\n$/);
});
