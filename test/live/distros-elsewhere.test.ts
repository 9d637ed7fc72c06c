/**
 * Ubuntu, Wolfi and a service that keeps every day of Debian, which the tests can't count on: local servers stand in for them, with
 * repositories that the test signs. The program is the one that users get, but for the addresses and one key more in its
 * data, on a machine that has nothing of Debian in /etc/apt.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { apkRepository } from '../apk-repository.ts';
import { deb, signingKey } from '../archives.ts';
import { removeWithStore } from '../late-note.ts';
import { copyOfProgram } from '../program.ts';
import { serve } from '../unit/packages/local-server.ts';
import { makeKey, TestArchive, TODAY, type TestPackage } from '../unit/packages/signed-repository.ts';

const noMounts =
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
    ? false
    : 'needs root, and unshare';

interface Distro {
  readonly environment: string;
  /** By their paths at the server. */
  readonly files: ReadonlyMap<string, Buffer | string>;
  /** By their names in `data/distros`; of a table, what is to be changed. */
  readonly data: (url: string) => Readonly<Record<string, string | object>>;
}

interface Machine {
  readonly url: string;
  readonly asked: string[];
  readonly project: string;
  readonly run: (...words: string[]) => Promise<string>;
  /** For want of something that the machine or the network has not. */
  readonly refused: (...words: string[]) => Promise<string>;
  /** What was taken before is there no more. */
  readonly forget: () => void;
}

async function machine(t: TestContext, { environment, files, data }: Distro): Promise<Machine> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-distro-'));
  t.after(() => removeWithStore(top));
  const { url, asked } = await serve(t, (request, response) => {
    const bytes = files.get(decodeURIComponent(request.url!.slice(1)).replace(/\/\d{8}T\d{6}Z\//, '/'));
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  const program = join(top, 'program');
  const main = copyOfProgram(program);
  for (const [name, content] of Object.entries(data(url))) {
    const path = join(program, 'data/distros', name);
    const text =
      typeof content === 'string'
        ? content
        : JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...content });
    writeFileSync(path, text);
  }
  const project = join(top, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'targetry.yaml'), `name: x\nenvironments: { it: ${environment} }\n`);
  let stores = 0;
  const start = (words: readonly string[], expected: number): Promise<string> => {
    const env = { PATH: process.env['PATH'], HOME: top, TARGETRY_STORE: join(top, `store-${stores}`) };
    const hide = 'mount -t tmpfs none /etc/apt && exec "$@"';
    const program = [process.execPath, main, ...words];
    const child = spawn('unshare', ['-m', 'sh', '-c', hide, 'sh', ...program], { cwd: project, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    return new Promise((resolve) => {
      child.on('close', (code) => {
        assert.equal(code, expected, output);
        resolve(output);
      });
    });
  };
  const run = (...words: string[]) => start(words, 0);
  const refused = (...words: string[]) => start(words, 3);
  return { url, asked, project, run, refused, forget: () => void stores++ };
}

function debOf(name: string, version: string, Depends?: string): TestPackage {
  const fields = Depends === undefined ? {} : { Depends };
  const files = [{ path: `./usr/share/${name}`, bytes: `${name} ${version}` }];
  const content = deb({ Package: name, Version: version, Architecture: 'amd64', ...fields }, files);
  return { name, version, fields, content };
}

const debKey = await makeKey();

/** A release with what each of its suites has. */
async function debFiles(
  folder: (suite: string) => string,
  suites: Readonly<Record<string, readonly TestPackage[]>>,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const [suite, packages] of Object.entries(suites)) {
    const archive = new TestArchive();
    await archive.addSuite(suite, packages, { keys: [debKey] });
    for (const [path, bytes] of archive.files) files.set(`${folder(suite)}/${path}`, bytes);
  }
  return files;
}

function contentOf(tar: string, path: string): string {
  return execFileSync('tar', ['-xOf', tar, path], { encoding: 'utf8' });
}

it(
  'Ubuntu: a release comes with its updates and security, and makes a root',
  { skip: noMounts },
  async (t) => {
    const files = await debFiles(() => 'ubuntu', {
      noble: [debOf('tool', '1.0', 'lib'), debOf('lib', '1.0')],
      'noble-updates': [debOf('tool', '1.1', 'lib')],
      'noble-security': [debOf('lib', '1.0.1')],
    });
    // `universe` is read too.
    for (const [path, bytes] of files)
      if (path.includes('/InRelease')) assert.match(bytes.toString(), /Components: main/);
    const { project, run } = await machine(t, {
      environment: '{ ubuntu: 24.04, packages: [tool] }',
      files,
      data: (url) => ({
        'ubuntu-keys/test.asc': debKey.armored,
        'ubuntu.json': {
          servers: { main: [`${url}/ubuntu`], security: [`${url}/ubuntu`] },
          components: ['main'],
        },
      }),
    });
    await run('rootfs', 'it', '--arch', 'x64', '-o', 'root.tar');
    const lock = readFileSync(join(project, 'targetry.lock'), 'utf8');
    assert.match(lock, /"name": "tool", "version": "1\.1", .*"repository": "ubuntu noble-updates main"/);
    assert.match(lock, /"name": "lib", "version": "1\.0\.1", .*"repository": "ubuntu noble-security main"/);
    assert.doesNotMatch(lock, /127\.0\.0\.1/);
    assert.equal(contentOf(join(project, 'root.tar'), 'usr/share/tool'), 'tool 1.1');
  },
);

it('Wolfi: its packages make a root whose database is where Wolfi has it', { skip: noMounts }, async (t) => {
  const key = signingKey('wolfi-signing.rsa.pub');
  const packages = [
    { pkgname: 'tool', pkgver: '2.0-r1', fields: { depend: 'lib' } },
    { pkgname: 'lib', pkgver: '1.0-r0' },
  ];
  const made = await apkRepository(packages, key, { hash: 'sha256', modified: 1_710_000_000 });
  const { project, run } = await machine(t, {
    environment: '{ wolfi: true, packages: [tool] }',
    files: new Map([...made].map(([path, bytes]) => [`wolfi/os/${path}`, bytes])),
    data: (url) => ({
      'wolfi-keys/wolfi-signing.rsa.pub': key.publicPem,
      'wolfi.json': { servers: [`${url}/wolfi`] },
    }),
  });
  await run('rootfs', 'it', '--arch', 'x64', '-o', 'root.tar');
  const tar = join(project, 'root.tar');
  assert.match(contentOf(tar, 'usr/lib/apk/db/installed'), /^P:lib\n[^]*^P:tool\nV:2\.0-r1$/m);
  assert.equal(contentOf(tar, 'tool.txt'), 'tool 2.0-r1\n');
  assert.equal(contentOf(tar, 'etc/apk/keys/wolfi-signing.rsa.pub'), key.publicPem);
});

it(
  'a service that keeps every day of Debian: the lock is of now, and packages come from its day ever after',
  { skip: noMounts },
  async (t) => {
    const folder = (suite: string) => `archive/debian${suite.endsWith('-security') ? '-security' : ''}`;
    const files = await debFiles(folder, {
      bookworm: [debOf('tool', '1.0', 'lib'), debOf('lib', '1.0')],
      'bookworm-updates': [],
      'bookworm-security': [debOf('lib', '1.0+deb12u1')],
    });
    const { url, asked, project, run, refused, forget } = await machine(t, {
      environment: '{ debian: bookworm, packages: [tool] }',
      files,
      data: () => ({ 'debian-keys/test.asc': debKey.armored }),
    });
    const mirror = ['--mirror', `${url}/archive/debian/{timestamp}`];
    const untold = await refused('lock', '--arch', 'x64');
    assert.match(untold, /nothing says where the packages of debian are \[mirror-unknown\]/);
    assert.match(untold, /^hint: .*--mirror URL/m);
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await run('lock', '--arch', 'x64', ...mirror);
    assert.match(
      asked.join('\n'),
      new RegExp(`^/archive/debian/${today}T\\d{6}Z/dists/bookworm/InRelease$`, 'm'),
    );
    forget();
    assert.match(await refused('rootfs', 'it', '--arch', 'x64', '-o', 'root.tar'), /\[mirror-unknown\]/);
    asked.length = 0;
    await run('rootfs', 'it', '--arch', 'x64', '-o', 'root.tar', ...mirror);
    // Half a day after the date of the release files.
    const then = new Date(TODAY.getTime() + 12 * 3600 * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    assert.deepEqual(asked.map(decodeURIComponent).sort(), [
      `/archive/debian-security/${then}/pool/main/lib_1.0+deb12u1_amd64.deb`,
      `/archive/debian/${then}/pool/main/tool_1.0_amd64.deb`,
    ]);
    assert.equal(contentOf(join(project, 'root.tar'), 'usr/share/lib'), 'lib 1.0+deb12u1');
    await run('rootfs', 'it', '--arch', 'x64', '-o', 'again.tar');
  },
);
