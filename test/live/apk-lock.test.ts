/** `targetry lock` beside the real apk, on a repository that the test makes and signs. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Alpine, noAlpine } from '../alpine.ts';
import { apkRepository, asFolder, type TestApk } from '../apk-repository.ts';
import { inventory } from '../install-really.ts';
import { signingKey } from '../archives.ts';
import { targetry } from '../build/command-line.ts';

const key = signingKey('test-5678.rsa.pub');

function made(name: string, version: string, fields: TestApk['fields'] = {}): TestApk {
  return { pkgname: name, pkgver: version, fields };
}

const MAIN = [
  // The apk whose choice counts is the one that the index has.
  made('apk-tools', '2.14.4-r1'),
  made('app', '1.0-r0', { depend: ['so:libz.so.1', '/bin/sh', 'tool>1'] }),
  made('zlib', '1.3.1-r0', { provides: 'so:libz.so.1=1.3.1' }),
  made('zlib-ng-compat', '2.1-r0', { provides: ['so:libz.so.1=1.2.9', 'zlib=1.2.9'] }),
  made('busybox', '1.36-r2', { provides: '/bin/sh', provider_priority: '100' }),
  made('dash', '0.5-r1', { provides: '/bin/sh', provider_priority: '60' }),
  made('tool', '1.9_rc2-r0'),
  made('tool', '2.0-r0', { depend: '!clash' }),
  made('tool-doc', '2.0-r0', { install_if: ['docs', 'tool=2.0-r0'] }),
  made('docs', '0.2-r1', { depend: 'man' }),
  made('mandoc', '1.14-r7', { provides: 'man=1.14', provider_priority: '1' }),
  made('clash', '1-r0'),
  made('old', '1.0-r0', { depend: 'tool<2' }),
];
const EDGE = [
  made('app', '2.0-r0', { depend: ['tool>=3', 'zlib'] }),
  made('tool', '3.0-r0'),
  made('clash', '2-r0'),
];

const SETS = [
  'app',
  'app docs',
  'app dash',
  'old docs',
  'app@edge',
  'app !busybox',
  'clash tool',
  'zlib-ng-compat app',
  'clash old',
  'app=1.0-r0 tool@edge',
  'docs app@edge',
  'tool~1.9',
];

describe('targetry lock and the real apk', { skip: noAlpine('3.20.3') }, () => {
  let alpine: Alpine;
  before(() => {
    alpine = new Alpine('3.20.3');
  });
  after(() => alpine?.remove());

  it(`choose the same for ${SETS.length} sets of a repository that both trust`, async (t) => {
    const folder = await repositories(t);
    const chrooted = prepare(alpine, folder);
    let refused = 0;
    for (const set of SETS) {
      const real = chrooted(set.split(' '));
      if (real === undefined) refused++;
      assert.deepEqual(await locked(folder, set.split(' ')), real, set);
    }
    assert.equal(refused, 1, 'one set is there to be refused');
  });

  it('make the same root of a repository that has a tag', async (t) => {
    const folder = await repositories(t);
    prepare(alpine, folder);
    const set = ['app@edge', 'docs', 'zlib'];
    const from = ['--keys-dir', '/repositories/key', '--no-network', '--no-cache'];
    const { status, text } = alpine.apk('add', '--root', '/new', ...from, ...set);
    assert.equal(status, 0, text);
    writeFileSync(join(folder, 'targetry.yaml'), yamlOf(set));
    const made = await targetry(['rootfs', 'env', '--arch', 'x64', '-o', 'ours'], {
      cwd: folder,
      store: join(folder, 'store'),
    });
    assert.equal(made.exit, 0, made.stderr);
    const [real, ours] = [join(alpine.folder, 'new'), join(folder, 'ours')];
    for (const path of ['lib/apk/db/installed', 'etc/apk/world', 'etc/apk/arch'])
      assert.equal(readFileSync(join(ours, path), 'utf8'), readFileSync(join(real, path), 'utf8'), path);
    assert.match(readFileSync(join(ours, 'lib/apk/db/installed'), 'utf8'), /^P:tool\n[^]*?\ns:edge\n/m);
    const files = (root: string) => [...inventory(root)].filter(([path]) => path.endsWith('.txt'));
    assert.deepEqual(files(ours), files(real));
    assert.ok(files(ours).length >= 5);
  });
});

/** Both repositories and their key, in a folder of the machine. */
async function repositories(t: TestContext): Promise<string> {
  const options = { modified: 1_710_000_000 };
  const files = new Map<string, Buffer | string>([['key/test-5678.rsa.pub', key.publicPem]]);
  for (const [name, packages] of [
    ['main', MAIN],
    ['edge', EDGE],
  ] as const)
    for (const [path, bytes] of await apkRepository(packages, key, options))
      files.set(`${name}/${path}`, bytes);
  return asFolder(t, files);
}

/** The real apk's answer in an empty root; undefined where it refuses. */
function prepare(alpine: Alpine, folder: string): (set: readonly string[]) => string[] | undefined {
  rmSync(join(alpine.folder, 'new'), { recursive: true, force: true });
  alpine.bring(folder, 'repositories');
  mkdirSync(join(alpine.folder, 'new'));
  alpine.apk('add', '--root', '/new', '--initdb', '--arch', 'x86_64', '--no-network');
  const list = '/repositories/main\n@edge /repositories/edge\n';
  writeFileSync(join(alpine.folder, 'new/etc/apk/repositories'), list);
  return (set) => {
    const into = ['--root', '/new', '--keys-dir', '/repositories/key', '--no-network', '--no-cache'];
    const { status, text } = alpine.apk('add', '--simulate', ...into, ...set);
    if (status !== 0) return undefined;
    return [...text.matchAll(/Installing ([^\s@]+)\S* \((\S+)\)/g)]
      .map(([, name, version]) => `${name} ${version}`)
      .sort();
  };
}

function yamlOf(set: readonly string[]): string {
  const both = ['main', 'edge'].map((name) => {
    const tag = name === 'edge' ? ', tag: edge' : '';
    return `{ url: "file:${name}", key: key/test-5678.rsa.pub${tag} }`;
  });
  const environment = `{ repositories: [${both.join(', ')}], packages: ${JSON.stringify(set)} }`;
  return `name: x\nenvironments:\n  env: ${environment}\n`;
}

async function locked(folder: string, set: readonly string[]): Promise<string[] | undefined> {
  writeFileSync(join(folder, 'targetry.yaml'), yamlOf(set));
  const args = ['lock', '--arch', 'x64', '--format', 'json'];
  const answer = await targetry(args, { cwd: folder, store: join(folder, 'store') });
  if (answer.exit === 2) return undefined;
  assert.equal(answer.exit, 0, answer.stderr);
  assert.match(readFileSync(join(folder, 'targetry.lock'), 'utf8'), /"key": "test-5678\.rsa\.pub"/);
  const { environments } = JSON.parse(answer.stdout) as {
    environments: { packages: { name: string; version: string }[] }[];
  };
  return environments[0]!.packages.map(({ name, version }) => `${name} ${version}`).sort();
}
