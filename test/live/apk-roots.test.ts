/** Roots of apk's packages beside those that the real apk makes of the same packages. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compareApkVersions } from '../../src/formats/apk-version.ts';
import { planRoot } from '../../src/roots/compose.ts';
import { writeRoot, type LeftOut } from '../../src/roots/write-root.ts';
import { Store } from '../../src/store/store.ts';
import { Alpine, apkData, apkOf, noAlpine } from '../alpine.ts';
import { installReally, inventory, makeRepository } from '../install-really.ts';
import { apkFile, lockApks, makeApk, type ApkFile, type ComposedApk } from '../compose-apks.ts';
import { repackage } from '../repackage.ts';

let top = '';
let store: Store;
before(async () => {
  top = mkdtempSync(join(tmpdir(), 'targetry-apk-roots-'));
  store = await Store.open(join(top, 'store'));
});
after(() => rmSync(top, { recursive: true, force: true }));

/** The same wishes, of the same packages, by the real apk of a release and by us. */
async function both(
  alpine: Alpine,
  arch: string,
  wishes: readonly string[],
  packages: readonly ApkFile[],
  options: readonly string[] = [],
): Promise<{ real: string; ours: string; left: LeftOut; scripts: readonly string[] }> {
  makeRepository(alpine, arch, packages);
  // apk sorts them, as a lock has them sorted.
  const real = installReally(alpine, arch, [...wishes].reverse(), options);
  const brought = readFileSync(join(real, 'lib/apk/db/installed'), 'utf8').matchAll(/^P:(.*)$/gm);
  const names = new Set([...brought].map(([, name]) => name));
  const chosen = packages.filter(({ name }) => names.has(name));
  assert.equal(chosen.length, names.size);
  const { tree, scripts } = await planRoot(await lockApks(store, arch, wishes, chosen), store);
  const ours = mkdtempSync(join(top, 'ours-'));
  return { real, ours, left: writeRoot(tree, ours, 'copied'), scripts: Object.keys(scripts) };
}

/** Places for an engine; and where apk puts a script that it runs, but for old ones and where it runs none. */
const ONLY_OURS = new Set(['etc/resolv.conf', 'etc/hosts', 'run', 'sys', 'var/tmp', 'root', 'lib/apk/exec']);
/** Devices, which belong to whoever uses a root; and what busybox's adduser keeps of a file that it changes. */
const ONLY_REAL = /^(dev\/(console|null|random|urandom|zero)|etc\/(passwd|group|shadow)-)$/;
/** Written by apk or a script now, by us at the time of the newest file. */
const WRITTEN = /^(etc\/apk\/(arch|world)|lib\/apk\/db\/.*|etc\/(passwd|group|shadow|shells))$/;

/** What is not the same in both, and is none of the differences that are known. */
function differences(real: string, ours: string, apkVersion: string): string[] {
  const [theirs, own] = [inventory(real), inventory(ours)];
  const isOld = compareApkVersions(apkVersion, '2.14') < 0;
  const found: string[] = [];
  for (const path of [...new Set([...theirs.keys(), ...own.keys()])].sort()) {
    let [one, other] = [theirs.get(path), own.get(path)];
    if ((one === undefined && ONLY_OURS.has(path)) || (other === undefined && ONLY_REAL.test(path))) continue;
    if (WRITTEN.test(path)) {
      const text = (root: string) => normal(path, readFileSync(join(root, path), 'latin1'), isOld);
      [one, other] = [one, other].map((line) => line?.replace(/ [0-9a-f]{16} \d+$/, ''));
      if (one !== undefined && other !== undefined) {
        const [lines, ownLines] = [text(real).split('\n'), text(ours).split('\n')];
        const at = lines.findIndex((line, index) => line !== ownLines[index]);
        if (text(real) !== text(ours)) [one, other] = [`"${lines.at(at)}"`, `"${ownLines.at(at)}"`];
      }
    }
    if (one !== other) found.push(`${path}: ${one ?? 'nothing'}, ours: ${other ?? 'nothing'}`);
  }
  return found;
}

function normal(path: string, text: string, isOld: boolean): string {
  // The day on which an account was made.
  if (path === 'etc/shadow') return text.replaceAll(/^([^:]*:!):\d*:0:99999/gm, '$1::0:99999');
  if (!isOld) return text;
  // Before 2.14 packages stood in the order of installation, and scripts had the time of installation.
  if (path.endsWith('/installed')) return text.trim().split('\n\n').sort().join('\n\n');
  if (path.endsWith('/scripts.tar'))
    return text.replaceAll(/(?<=\0[0-7]{7}\0[0-7]{7}\0)[^u]*?(?=ustar)/g, '');
  return text;
}

const APK: Readonly<Record<string, string>> = {
  '3.12.12': '2.10.8',
  '3.16.9': '2.12.9',
  '3.19.4': '2.14.4',
  '3.20.3': '2.14.4',
};

for (const [release, version] of Object.entries(APK)) {
  describe(`Alpine ${release}`, { skip: noAlpine(release) }, () => {
    let alpine: Alpine;
    before(() => (alpine = new Alpine(release)));
    after(() => alpine?.remove());

    it('is, made of its own packages, what the real apk makes of them: accounts, links and database', async () => {
      const made = await repackage(alpine.folder);
      const packages = await Promise.all(made.map(({ bytes }) => apkFile(bytes)));
      const wishes = readFileSync(join(alpine.folder, 'etc/apk/world'), 'utf8').trim().split('\n');
      const { real, ours, scripts } = await both(alpine, 'x86_64', wishes, packages);
      assert.deepEqual(scripts, []);
      assert.ok(inventory(ours).size > 500);
      assert.deepEqual(differences(real, ours, version), []);
    });

    it('does what is odd about packages as the real apk does it', async () => {
      const own = await repackage(alpine.folder);
      const packages = await Promise.all([
        ...own.map(({ bytes }) => apkFile(bytes)),
        ...ODD.map((one) => apkFile(makeApk(one))),
      ]);
      const wishes = '!absent alpine-baselayout alpine-keys apk-tools early~1 late>0 meta=1-r0 server'.split(
        ' ',
      );
      rmSync(join(alpine.folder, 'new'), { recursive: true, force: true });
      const { real, ours, left } = await both(alpine, 'x86_64', wishes, packages);
      assert.deepEqual(differences(real, ours, version), []);
      assert.equal(readFileSync(join(ours, 'usr/share/odd/shared'), 'utf8'), 'of late');
      lookInside(alpine, ours, left);
    });
  });
}

/** What the images have of a package that their databases don't list, and what belongs to whoever made them. */
const OF_THE_IMAGE = /^etc\/(alpine-release|issue|os-release|secfixes\.d.*|apk\/repositories)$/;
/** Left out of the image; and the database, whose packages are made anew here, so that they have other hashes. */
const NOT_IN_IMAGE = /^(dev\/(pts|shm)|etc\/resolv\.conf|lib\/apk\/(exec|db\/.*))$/;

for (const release of Object.keys(APK)) {
  it(
    `Alpine ${release} for arm64 is, made of its own packages, what Alpine ships`,
    { skip: noAlpine(release) },
    async () => {
      const image = new Alpine(release, 'aarch64');
      try {
        const made = await repackage(image.folder);
        const packages = await Promise.all(made.map(({ bytes }) => apkFile(bytes)));
        const wishes = readFileSync(join(image.folder, 'etc/apk/world'), 'utf8').trim().split('\n');
        const { tree } = await planRoot(await lockApks(store, 'aarch64', wishes, packages), store);
        const folder = mkdtempSync(join(top, 'ours-'));
        writeRoot(tree, folder, 'copied');
        const [theirs, ours] = [inventory(image.folder), inventory(folder)];
        const isOther = (path: string): boolean => {
          if (OF_THE_IMAGE.test(path) || NOT_IN_IMAGE.test(path)) return false;
          if (theirs.get(path) === ours.get(path)) return false;
          if (!WRITTEN.test(path)) return true;
          // busybox's post-install makes an account, which it did not where the image was made.
          const own = readFileSync(join(folder, path), 'utf8').replaceAll(/^klogd:.*\n/gm, '');
          return own !== readFileSync(join(image.folder, path), 'utf8');
        };
        assert.deepEqual([...new Set([...theirs.keys(), ...ours.keys()])].filter(isOther), []);
        assert.ok(ours.size > 500);
      } finally {
        image.remove();
      }
    },
  );
}

const [MELANGE, WOLFI] = ['melange-', 'hello-wolfi-2.12.1-r0.apk'];
/** Packages as they were published, and what has to be there for apk to install them. */
const PUBLISHED: readonly { arch: string; files: readonly string[]; provides: readonly string[] }[] = [
  { arch: 'x86_64', files: [WOLFI], provides: ['so:ld-linux-x86-64.so.2', 'so:libc.so.6'] },
  {
    arch: 'x86_64',
    files: ['custom-ca-certs-1-1.0.0-r0', 'pretend-baselayout-1.0.0-r0', 'replayout-1.0.0-r0'].map(
      (name) => `${MELANGE}${name}.apk`,
    ),
    provides: [],
  },
  {
    arch: 'aarch64',
    files: ['alpine-baselayout-3.4.0-r0.apk'],
    provides: ['alpine-baselayout-data=3.2.0-r23', '/bin/sh', 'so:libc.musl-aarch64.so.1'],
  },
];

describe('packages as they were published', { skip: noAlpine('3.20.3') }, () => {
  for (const { arch, files, provides } of PUBLISHED) {
    it(`are unpacked to what the real apk unpacks: ${files.join(', ')}`, async () => {
      const alpine = new Alpine('3.20.3');
      try {
        const found = await Promise.all(files.map((file) => apkFile(readFileSync(join(apkData, file)))));
        const base = await apkFile(makeApk({ name: 'base', fields: { arch, provides } }));
        const wishes = ['base', ...found.map(({ name }) => name)].sort();
        // There is no shell in it.
        const { real, ours } = await both(alpine, arch, wishes, [base, ...found], ['--no-scripts']);
        assert.deepEqual(differences(real, ours, APK['3.20.3']!), []);
        assert.ok(inventory(ours).size > 15);
      } finally {
        alpine.remove();
      }
    });
  }
});

/** The real apk, in our root: it knows what is there, finds nothing changed, and goes on from there. */
function lookInside(alpine: Alpine, root: string, { xattrs }: LeftOut): void {
  execFileSync('cp', ['-a', join(alpine.folder, 'repository'), root]);
  execFileSync('cp', [join(alpine.folder, 'etc/apk/keys/test.rsa.pub'), join(root, 'etc/apk/keys')]);
  execFileSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3']);
  const from = ['--repositories-file', '/dev/null', '-X', '/repository', '--no-network', '--no-cache'];
  const run = (...args: string[]): string => {
    const { status, text } = apkOf(root, ...args);
    assert.equal(status, 0, `apk ${args.join(' ')}: ${text}`);
    return text;
  };
  assert.match(run('info', '-e', 'server'), /^server$/m);
  assert.match(run('info', '--who-owns', '/usr/share/odd/shared'), /owned by late-/);
  // Where a machine has no program for extended attributes, a folder lacks them.
  assert.equal(run('audit', '--system', '--packages').trim(), xattrs.length > 0 ? 'late-1-r0' : '');
  assert.match(run('fix', ...from, 'server'), /OK: /);
  assert.match(run('add', ...from, 'afterwards'), /Installing afterwards[^]*it ran/);
  assert.match(run('del', ...from, 'server'), /Purging server/);
}

const folder = (path: string, mode: number) => ({ path, type: '5', mode });
const shared = (bytes: string) => ({ path: 'usr/share/odd/shared', bytes });
const LONG = `srv/sticky/${'long-'.repeat(30)}name`;
const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');
const ODD: readonly ComposedApk[] = [
  {
    name: 'early',
    fields: {
      origin: 'twins',
      provides: ['so:odd.so=1.2', 'cmd:odd'],
      provider_priority: '7',
      builddate: '1600000000',
    },
    files: [
      folder('srv', 0o755),
      folder('srv/odd', 0o775),
      folder('var/cache', 0o700),
      shared('of early'),
      { path: 'usr/share/odd/twin', bytes: 'of early' },
      { path: 'usr/share/odd/kept', bytes: 'of early' },
      { path: 'usr/share/odd/.keep_me', bytes: '' },
    ],
  },
  {
    name: 'late',
    fields: { origin: 'twins', depend: ['early', 'so:odd.so'], replaces: 'early<2', replaces_priority: '3' },
    files: [
      folder('srv', 0o755),
      { ...folder('srv/odd', 0o757), mtime: 5 },
      shared('of late'),
      { path: 'usr/share/odd/twin', bytes: 'of late' },
      { path: 'usr/bin/odd', bytes: '#!/bin/sh\n', mode: 0o4755, mtime: 1_500_000_000 },
      { path: 'usr/bin/odd2', type: '1', linkTarget: 'usr/bin/odd', mode: 0o4755, mtime: 1_500_000_000 },
      {
        path: 'usr/bin/able',
        bytes: 'able',
        mode: 0o755,
        pax: { 'SCHILY.xattr.security.capability': CAPABILITY },
      },
      { path: 'usr/share/odd/null', type: '3', device: [1, 3], mode: 0o666, gid: 6 },
      { path: 'opt/link', type: '2', linkTarget: '../usr/share/odd', mode: 0o777 },
    ],
  },
  {
    name: 'Through',
    fields: { depend: 'late' },
    files: [
      folder('opt', 0o755),
      folder('opt/link', 0o700),
      { path: 'opt/link/behind', bytes: 'x', mode: 0o600 },
    ],
  },
  {
    name: 'keeper',
    fields: { arch: 'noarch', depend: '!missing', replaces: ['early'], replaces_priority: '9' },
    files: [{ path: 'usr/share/odd/kept', bytes: 'of keeper' }],
  },
  {
    name: 'companion',
    fields: { install_if: 'early late' },
    files: [
      folder('srv', 0o755),
      folder('srv/group', 0o2775),
      { ...folder('srv/sticky', 0o1777), gid: 50 },
      {
        path: 'srv/sticky/ä ö \\ “ü”',
        bytes: 'odd name',
        mtime: 1_500_000_000,
        pax: { mtime: '1500000000.75' },
      },
      { path: 'srv/sticky/to space', type: '2', linkTarget: 'ä ö', mode: 0o777 },
      { path: 'srv/sticky/x', bytes: 'long', pax: { path: LONG } },
      { path: 'usr/share/odd/came', bytes: 'by itself' },
    ],
  },
  { name: 'meta', fields: { size: '0', depend: ['keeper', 'Through'] } },
  {
    name: 'server',

    fields: {
      depend: ['alpine-baselayout', '/bin/sh'],
      builddate: '1600000000',
      triggers: '/usr/share/odd /usr/share/* /nowhere',
    },
    scripts: {
      'pre-install': `#!/bin/sh
addgroup -S web 2>/dev/null
adduser -S -D -H -h /srv/web -s /sbin/nologin -G web -g web web 2>/dev/null
addgroup web nogroup 2>/dev/null
adduser -S -D -H plain 2>/dev/null
exit 0
`,
      'post-install':
        '#!/bin/sh\nadduser -D -H -u 5000 person 2>/dev/null\naddgroup -g 90 fixed\nadd-shell /bin/odd /bin/sh\nexit 0\n',
      'pre-deinstall': '#!/bin/sh\n',
      trigger: '#!/bin/sh\nexit 0\n',
    },
    files: [
      folder('srv', 0o755),
      { ...folder('srv/web', 0o750), uid: 1234, gid: 1234, user: 'web', group: 'web' },
      { path: 'srv/web/page', bytes: 'page', mode: 0o640, uid: 1234, gid: 1234, user: 'web', group: 'web' },
      {
        path: 'srv/web/page2',
        type: '1',
        linkTarget: 'srv/web/page',
        mode: 0o640,
        uid: 1234,
        gid: 1234,
        user: 'web',
        group: 'web',
      },
      {
        path: 'srv/web/link',
        type: '2',
        linkTarget: 'page',
        mode: 0o777,
        uid: 1234,
        gid: 1234,
        user: 'web',
        group: 'web',
      },
      { path: 'srv/web/number', bytes: 'n', uid: 77, gid: 78, user: 'nobody-here' },
    ],
  },
  {
    name: 'afterwards',
    scripts: { 'post-install': '#!/bin/sh\necho it ran\n' },
    files: [{ path: 'usr/share/odd/after' }],
  },
];
