import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseAptConf, readAptConfiguration } from '../../../src/packages/deb/apt-config.ts';
import { atMoment, findMirrors, type DebDistro } from '../../../src/packages/deb/mirrors.ts';
import { distroRepositories, suitesOf } from '../../../src/packages/deb/repository.ts';

async function apt(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'targetry-apt-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function mirrorsOf(
  aptFolder: string,
  { url, ...options }: { distro?: DebDistro; arch?: string; url?: string } = {},
) {
  const apt = await readAptConfiguration(aptFolder);
  const mirror = url === undefined ? undefined : { url, from: '--mirror' };
  return findMirrors({ distro: 'debian', arch: 'amd64', apt, mirror, ...options });
}

const DEBIAN = `
Types: deb
# the nearest one
URIs: http://near.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://near.example/debian-security/
Suites: bookworm-security
Components: main
`;

test("the machine's own servers are used, the main archive and the security team's apart", async (t) => {
  const aptFolder = await apt(t, { 'sources.list.d/debian.sources': DEBIAN });
  const mirrors = await mirrorsOf(aptFolder);
  assert.deepEqual(mirrors.main, ['http://near.example/debian']);
  assert.deepEqual(mirrors.security, ['http://near.example/debian-security']);
  assert.equal(mirrors.from, join(aptFolder, 'sources.list.d/debian.sources'));
  assert.equal(mirrors.allowExpired, false);
});

test('the older format is read too, with its options', async (t) => {
  const aptFolder = await apt(t, {
    'sources.list': [
      '# deb http://commented.example/debian bullseye main',
      'deb-src http://sources.example/debian bullseye main',
      'deb [ arch=amd64 signed-by=/usr/share/keyrings/x.gpg ] http://one.example/debian/ bullseye main # near',
      'deb http://two.example/security buster/updates main',
    ].join('\n'),
  });
  const { main, security } = await mirrorsOf(aptFolder);
  assert.deepEqual([main, security], [['http://one.example/debian'], ['http://two.example/security']]);
});

test("other vendors' packages for Debian are not Debian", async (t) => {
  const aptFolder = await apt(t, {
    'sources.list.d/docker.list': 'deb https://download.example/linux/debian bookworm stable',
    'sources.list.d/node.sources':
      'Types: deb\nURIs: https://node.example/x\nSuites: nodistro\nComponents: main\n',
    'sources.list.d/off.sources': `Enabled: no\n${DEBIAN.trim().split('\n\n')[0]}`,
    'sources.list.d/old.list.disabled': 'deb http://old.example/debian bookworm main',
    'sources.list.d/cd.list': 'deb cdrom:[Debian]/ bookworm main',
  });
  assert.deepEqual((await mirrorsOf(aptFolder)).main, []);
});

test('of several that could be Debian the likelier one comes first', async (t) => {
  const aptFolder = await apt(t, {
    'sources.list.d/a.list': 'deb https://vendor.example/packages bookworm main',
    'sources.list.d/b.list': 'deb http://real.example/debian bookworm main',
  });
  assert.deepEqual((await mirrorsOf(aptFolder)).main, [
    'http://real.example/debian',
    'https://vendor.example/packages',
  ]);
});

test('on an Ubuntu machine, or one without apt, no server of Debian is asked that nobody named', async (t) => {
  const ubuntu = await apt(t, { 'sources.list': 'deb http://archive.example/ubuntu noble main universe' });
  for (const aptFolder of [ubuntu, join(ubuntu, 'nowhere')]) {
    const { main, security } = await mirrorsOf(aptFolder);
    assert.deepEqual([main, security], [[], []]);
    const named = await mirrorsOf(aptFolder, { url: 'http://days.example/debian/{timestamp}/' });
    assert.deepEqual(named.main, ['http://days.example/debian/{timestamp}']);
    assert.deepEqual(named.security, ['http://days.example/debian-security/{timestamp}']);
  }
});

test('where apt names no security archive it is looked for beside the main one, as mirrors have it', async (t) => {
  const main = DEBIAN.trim().split('\n\n')[0]!;
  const { security } = await mirrorsOf(await apt(t, { 'sources.list.d/debian.sources': main }));
  assert.deepEqual(security, ['http://near.example/debian-security']);
});

const UBUNTU = [
  'deb http://near.example/ubuntu noble main restricted universe',
  'deb http://near.example/ubuntu noble-security main universe',
  'deb [arch=arm64] http://near.example/ubuntu-ports noble main universe',
].join('\n');

test("Ubuntu is fetched from the machine's own servers, its other CPUs from those that have them", async (t) => {
  const aptFolder = await apt(t, { 'sources.list': UBUNTU });
  const distro = 'ubuntu';
  const x64 = await mirrorsOf(aptFolder, { distro });
  assert.deepEqual(
    [x64.main, x64.security],
    [['http://near.example/ubuntu'], ['http://near.example/ubuntu']],
  );
  const arm64 = await mirrorsOf(aptFolder, { distro, arch: 'arm64' });
  assert.deepEqual(arm64.main, ['http://near.example/ubuntu-ports']);
  const s390x = await mirrorsOf(aptFolder, { distro, arch: 's390x' });
  assert.equal(s390x.from, 'the public servers');
  assert.match(s390x.main[0]!, /ports/);
  assert.deepEqual(s390x.main, s390x.security);
});

test('Ubuntu on a machine of another distro comes from the public servers, or a mirror with all suites', async (t) => {
  const aptFolder = await apt(t, { 'sources.list.d/debian.sources': DEBIAN });
  const { from, main } = await mirrorsOf(aptFolder, { distro: 'ubuntu' });
  assert.equal(from, 'the public servers');
  assert.match(main[0]!, /\/ubuntu$/);
  const named = await mirrorsOf(aptFolder, { distro: 'ubuntu', url: 'http://mine.example/ubuntu' });
  assert.deepEqual(named.security, ['http://mine.example/ubuntu']);
});

test('a mirror that the user names replaces both', async (t) => {
  const aptFolder = await apt(t, { 'sources.list.d/debian.sources': DEBIAN });
  const { main, security, from } = await mirrorsOf(aptFolder, { url: 'http://mine.example/debian/' });
  assert.deepEqual(
    [main, security],
    [['http://mine.example/debian'], ['http://mine.example/debian-security']],
  );
  assert.equal(from, '--mirror');
});

test("apt's own leave to use expired indexes counts", async (t) => {
  const conf = { 'apt.conf.d/99x': 'Acquire { Check-Valid-Until "false"; Check-Date "no"; };\n' };
  const files = { 'sources.list.d/debian.sources': DEBIAN };
  const general = await mirrorsOf(await apt(t, { ...files, ...conf }));
  assert.deepEqual([general.allowExpired, general.allowFuture], [true, true]);
  const each = DEBIAN.replaceAll('Components:', 'Check-Valid-Until: no\nComponents:');
  const own = await mirrorsOf(await apt(t, { 'sources.list.d/debian.sources': each }));
  assert.deepEqual([own.allowExpired, own.allowFuture], [true, false]);
});

test('apt.conf is read with scopes, lists and the three kinds of comment', () => {
  const settings = new Map<string, string>();
  parseAptConf(
    `// one "x";
    /* two; */ # three
    APT::Install-Recommends "0";
    Acquire { http { Proxy "http://a//b;c"; }; Languages { "none"; "de"; }; };
    DPkg::Post-Invoke { "rm -f /x || true"; };
    Acquire::Check-Valid-Until false;`,
    settings,
  );
  assert.deepEqual(Object.fromEntries(settings), {
    'apt::install-recommends': '0',
    'acquire::http::proxy': 'http://a//b;c',
    'acquire::check-valid-until': 'false',
  });
});

test('a snapshot is addressed by its moment', () => {
  const base = 'https://snapshot.example/archive/debian/{timestamp}';
  const moment = new Date('2025-08-09T09:16:30.500Z');
  assert.equal(atMoment(base, moment), 'https://snapshot.example/archive/debian/20250809T091630Z');
  assert.equal(atMoment('http://plain.example', moment), 'http://plain.example');
});

test("a release of Ubuntu is its suites, each with the components that Ubuntu's apt has", async (t) => {
  const mirrors = await mirrorsOf(await apt(t, {}), { distro: 'ubuntu' });
  const repositories = await distroRepositories('ubuntu', 'noble', mirrors);
  assert.deepEqual(
    repositories.map((one) => [one.name, one.suite, one.components.join(' ')]),
    ['noble', 'noble-updates', 'noble-security'].map((suite) => ['ubuntu', suite, 'main universe']),
  );
  const [keyring] = await Promise.all(repositories.map((one) => one.keyring()));
  assert.deepEqual(
    keyring!.signers.map(({ primary }) => primary),
    ['F6ECB3762474EDA9D21B7022871920D1991BC93C'],
  );
});

test('a release has updates and security, sid has neither', async () => {
  assert.deepEqual(await suitesOf('debian', 'trixie'), ['trixie', 'trixie-updates', 'trixie-security']);
  assert.deepEqual(await suitesOf('debian', 'sid'), ['sid']);
});
