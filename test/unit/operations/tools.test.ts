import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/base/sha256.ts';
import type { Failure } from '../../../src/report/failure.ts';
import { Store } from '../../../src/store/store.ts';
import { tar, type TarMember } from '../../archives.ts';
import { zip, type ZipMember } from '../../packages.ts';
import { serve } from '../packages/local-server.ts';
import { failureOfWork, lockScene } from './lock-scene.ts';

interface NpmPackage {
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  readonly files?: readonly TarMember[];
}

interface Wheel {
  readonly file: string;
  readonly members?: readonly ZipMember[];
  readonly requires?: readonly string[];
  readonly entryPoints?: string;
}

interface Registries {
  readonly npm?: readonly NpmPackage[];
  readonly wheels?: readonly Wheel[];
  /** What the registry of npm says of where its files are. */
  readonly told?: string;
  /** Of a file of either registry. */
  readonly spoil?: (path: string, bytes: Buffer) => Buffer;
}

/** A registry of npm below /npm/ and an index of Python packages below /simple/, both of which have only what they need. */
async function registries(
  t: TestContext,
  { npm = [], wheels = [], told = '', spoil }: Registries,
): Promise<Record<string, string>> {
  const files = new Map<string, Buffer>();
  for (const { manifest, files: members = [] } of npm) {
    const text = JSON.stringify(manifest);
    const tarball = gzipSync(
      tar([
        { path: 'package/package.json', bytes: text },
        ...members.map((one) => ({ ...one, path: `package/${one.path}` })),
      ]),
    );
    const place = `/npm/${manifest.name}/-/${manifest.version}.tgz`;
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    files.set(place, tarball);
    const answer = { ...manifest, dist: { integrity, tarball: `URL${told}${place}` } };
    files.set(
      `/npm/${manifest.name.replace('/', '%2f')}/${manifest.version}`,
      Buffer.from(JSON.stringify(answer)),
    );
    files.set(
      `/npm/${manifest.name.replace('/', '%2f')}`,
      Buffer.from(
        JSON.stringify({
          'dist-tags': { latest: manifest.version },
          versions: { [manifest.version]: answer },
        }),
      ),
    );
  }
  const pages = new Map<string, string>();
  for (const one of wheels) {
    const bytes = one.file.endsWith('.whl') ? wheelOf(one) : Buffer.from('a source');
    files.set(`/files/${one.file}`, bytes);
    const project = one.file.split('-')[0]!.toLowerCase().replaceAll('_', '-');
    const link = `<a href="../../files/${one.file}#sha256=${sha256(bytes)}">${one.file}</a>`;
    pages.set(project, (pages.get(project) ?? '') + link);
  }
  for (const [project, page] of pages) files.set(`/simple/${project}/`, Buffer.from(page));
  const { url } = await serve(t, (request, response) => {
    const found = files.get(request.url!);
    if (found === undefined) return void response.writeHead(404).end();
    const isFile = /\.(tgz|whl)$/.test(request.url!);
    const bytes = isFile
      ? found
      : Buffer.from(found.toString('utf8').replaceAll('URL', `http://${request.headers.host}`));
    response.end(isFile && spoil ? spoil(request.url!, bytes) : bytes);
  });
  return {
    npm_config_registry: `${url}/npm/`,
    PIP_INDEX_URL: `${url}/simple`,
    HOME: '/nowhere',
    PATH: '/nowhere',
  };
}

function wheelOf({ file, members = [], requires = [], entryPoints }: Wheel): Buffer {
  const [name, version] = file.split('-');
  const info = `${name}-${version}.dist-info`;
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    ...requires.map((one) => `Requires-Dist: ${one}`),
  ];
  return zip([
    ...members,
    { path: `${info}/METADATA`, bytes: `${metadata.join('\n')}\n\nText` },
    ...(entryPoints === undefined ? [] : [{ path: `${info}/entry_points.txt`, bytes: entryPoints }]),
  ]);
}

const MUSL = { 'lib/ld-musl-x86_64.so.1': 'ELF\0\x001.2.5\0' };

/** A project whose root is a folder, with musl where nothing else is said. */
function scene(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  tools: string,
  rootfs: Readonly<Record<string, string>> = MUSL,
): ReturnType<typeof lockScene> {
  const files = Object.fromEntries(Object.entries(rootfs).map(([path, text]) => [`root/${path}`, text]));
  return lockScene(t, `{ rootfs: root, tools: ${tools} }`, { env, files });
}

async function refused(
  t: TestContext,
  what: Registries,
  tools: string,
  rootfs: Readonly<Record<string, string>> = MUSL,
): Promise<Failure> {
  return failureOfWork(scene(t, await registries(t, what), tools, rootfs).lock());
}

const script = { path: 'bin/tool.js', bytes: '#!/usr/bin/env node\n' };
const tool: NpmPackage = {
  manifest: { name: 'tool', version: '1.2.3', bin: 'bin/tool.js' },
  files: [script],
};
const justWheel: Wheel = {
  file: 'rust_just-1.0-py3-none-musllinux_1_2_x86_64.whl',
  members: [{ path: 'rust_just-1.0.data/scripts/just', bytes: 'just', mode: 0o644 }],
};

test('packages of npm and PyPI are locked by hash and put first on PATH', async (t) => {
  const env = await registries(t, { npm: [tool], wheels: [justWheel] });
  const { lock, root, noticed } = scene(t, env, '{ npm: [tool@1.2.3], pypi: [Rust-Just==1.0] }');
  const locked = await lock();
  assert.deepEqual(
    locked.tools.map(({ source, name, version, file }) => [source, name, version, file]),
    [
      ['npm', 'tool', '1.2.3', '1.2.3.tgz'],
      ['pypi', 'rust-just', '1.0', 'rust_just-1.0-py3-none-musllinux_1_2_x86_64.whl'],
    ],
  );
  const folder = await root();
  assert.equal(readlinkSync(join(folder, 'usr/local/bin/tool')), '/opt/targetry/tools/npm/tool/bin/tool.js');
  assert.equal(statSync(join(folder, 'opt/targetry/tools/npm/tool/bin/tool.js')).mode & 0o777, 0o755);
  const just = join(folder, 'opt/targetry/tools/pypi/rust-just/bin/just');
  assert.equal(readFileSync(just, 'utf8'), 'just');
  assert.equal(statSync(just).mode & 0o777, 0o755);
  const warnings = noticed.flatMap((event) => (event.type === 'noticed' ? [event.diagnostic] : []));
  assert.deepEqual(
    warnings.map(({ code, at }) => [code, at?.line]),
    [
      ['tool-needs-interpreter', 2],
      ['libc-guessed', 3],
    ],
  );
});

test('what was locked is fetched again by its hash where the store does not have it', async (t) => {
  const env = await registries(t, { npm: [tool], wheels: [justWheel] });
  const { context, lock, root } = scene(t, env, '{ npm: [tool@1.2.3], pypi: [rust-just==1.0] }');
  await lock();
  const folder = await root(`${context.store}-new`);
  assert.ok(existsSync(join(folder, 'opt/targetry/tools/pypi/rust-just/bin/just')));
});

test('a registry whose files are not where it says is asked for them where they usually are', async (t) => {
  const env = await registries(t, { npm: [tool], told: '/elsewhere' });
  assert.equal((await scene(t, env, '{ npm: [tool@1.2.3] }').lock()).tools.length, 1);
});

test("of the packages for many systems only the root's is taken, and put where Node finds it", async (t) => {
  const part = (name: string, cpu: string, libc?: string): NpmPackage => ({
    manifest: {
      name: `@tool/${name}`,
      version: '1.2.3',
      os: ['linux'],
      cpu: [cpu],
      ...(libc && { libc: [libc] }),
    },
    files: [{ path: 'bin/tool', bytes: name, mode: 0o755 }],
  });
  const parts = [
    part('linux-x64', 'x64', 'glibc'),
    part('linux-x64-musl', 'x64', 'musl'),
    part('linux-arm64', 'arm64'),
  ];
  const optionalDependencies = {
    '@tool/darwin-arm64': '1.2.3',
    ...Object.fromEntries(parts.map(({ manifest }) => [manifest.name, '1.2.3'])),
  };
  const whole: NpmPackage = { ...tool, manifest: { ...tool.manifest, optionalDependencies } };
  const { lock, root } = scene(t, await registries(t, { npm: [whole, ...parts] }), '{ npm: [tool@1.2.3] }');
  assert.deepEqual(
    (await lock()).tools.map(({ name, of }) => [name, of]),
    [
      ['tool', undefined],
      ['@tool/linux-x64-musl', 'tool'],
    ],
  );
  const inside = 'opt/targetry/tools/npm/tool/node_modules/@tool/linux-x64-musl/bin/tool';
  assert.equal(readFileSync(join(await root(), inside), 'utf8'), 'linux-x64-musl');
  const foreign = await refused(
    t,
    { npm: [whole, parts[0]!, parts[2]!, part('linux-x64-musl', 'arm64')] },
    '{ npm: [tool@1.2.3] }',
  );
  assert.equal(foreign.code, 'tool-not-for-root');
});

test('scripts of Python get a Python to run them, or are refused where there is none', async (t) => {
  const wheel: Wheel = {
    file: 'tool-1.0-py3-none-any.whl',
    members: [
      { path: 'tool/__init__.py', bytes: 'def main(): pass' },
      { path: 'tool-1.0.data/scripts/old', bytes: '#!python\nprint()\n' },
      { path: 'tool-1.0.data/data/share/doc', bytes: 'doc' },
    ],
    entryPoints: '[console_scripts]\ntool = tool:main.run [extra]\n[gui_scripts]\nno = tool:no\n',
  };
  const failure = await refused(t, { wheels: [wheel] }, '{ pypi: [tool==1.0] }');
  assert.equal(failure.code, 'tool-needs-interpreter');
  assert.equal(failure.at?.line, 2);
  const env = await registries(t, { wheels: [wheel] });
  const { root } = scene(t, env, '{ pypi: [tool==1.0] }', { ...MUSL, 'usr/bin/python3': '' });
  const folder = join(await root(), 'opt/targetry/tools/pypi/tool');
  assert.deepEqual(readFileSync(join(folder, 'bin/tool'), 'utf8').split('\n'), [
    '#!/usr/bin/env python3',
    'import sys',
    'sys.path.insert(0, "/opt/targetry/tools/pypi/tool/site")',
    'from tool import main',
    'if __name__ == "__main__":',
    '    sys.exit(main.run())',
    '',
  ]);
  assert.equal(readFileSync(join(folder, 'bin/old'), 'utf8'), '#!/usr/bin/env python3\nprint()\n');
  assert.equal(readFileSync(join(folder, 'share/doc'), 'utf8'), 'doc');
});

test('what needs more than to be unpacked is refused, with the step that would do', async (t) => {
  const npm = (more: object): Registries => ({ npm: [{ ...tool, manifest: { ...tool.manifest, ...more } }] });
  const cases: [Registries, string, RegExp][] = [
    [npm({ dependencies: { a: '1', b: '1' } }), '{ npm: [tool@1.2.3] }', /needs other packages: a, b/],
    [npm({ scripts: { postinstall: 'x' } }), '{ npm: [tool@1.2.3] }', /wants to run its postinstall script/],
    [
      { wheels: [{ ...justWheel, requires: ['rich (>=1)'] }] },
      '{ pypi: [rust-just==1.0] }',
      /needs other packages: rich/,
    ],
    [{ wheels: [{ file: 'tool-1.0.tar.gz' }] }, '{ pypi: [tool==1.0] }', /would have to be built/],
  ];
  for (const [what, tools, message] of cases) {
    const failure = await refused(t, what, tools);
    assert.equal(failure.code, 'tool-needs-more');
    assert.match(failure.message, message);
    assert.match(failure.hint!, /network: true/);
    assert.equal(failure.at?.line, 2);
  }
  const brought = npm({ dependencies: { a: '1' }, bundleDependencies: ['a'], scripts: { test: 'x' } });
  assert.equal(
    (await scene(t, await registries(t, brought), '{ npm: [tool@1.2.3] }').lock()).tools.length,
    1,
  );
});

test('what is not there, or not for this root, is said with what there is', async (t) => {
  const glibc = { ...justWheel, file: 'rust_just-1.0-py3-none-manylinux_2_17_x86_64.whl' };
  const wheel = await refused(t, { wheels: [glibc] }, '{ pypi: [rust-just==1.0] }');
  assert.equal(wheel.code, 'tool-not-for-root');
  assert.match(`${wheel.message} ${wheel.why}`, /x64 with musl 1\.2\.5 .*manylinux_2_17_x86_64/);
  const mac = { npm: [{ ...tool, manifest: { ...tool.manifest, os: ['darwin'] } }] };
  assert.equal((await refused(t, mac, '{ npm: [tool@1.2.3] }')).code, 'tool-not-for-root');
  const version = await refused(t, { npm: [tool] }, '{ npm: [tool@9.9.9] }');
  assert.equal(version.code, 'tool-not-found');
  assert.match(version.hint!, /tool@1\.2\.3/);
  assert.equal((await refused(t, {}, '{ npm: [none@1.0.0] }')).code, 'tool-not-found');
  assert.equal((await refused(t, {}, '{ pypi: [none==1.0] }')).code, 'tool-not-found');
  const bare = await refused(t, { npm: [tool] }, '{ npm: [tool@1.2.3] }', {
    'bin/sh': '',
  });
  assert.match(bare.message, /which libc/);
});

test('bytes that are not those of which the registry told the hash never reach the store', async (t) => {
  for (const tools of ['{ npm: [tool@1.2.3] }', '{ pypi: [rust-just==1.0] }']) {
    const spoil = (_: string, bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from('more')]);
    const env = await registries(t, { npm: [tool], wheels: [justWheel], spoil });
    const { context, lock } = scene(t, env, tools);
    await assert.rejects(lock(), (error: Failure) => error.code === 'hash-mismatch');
    const spoiled = await scene(t, await registries(t, { npm: [tool], wheels: [justWheel] }), tools).lock();
    const store = await Store.open(context.store);
    assert.equal(store.hasBlob(spoiled.tools[0]!.sha256), false);
  }
});

test('two tools that bring one program are told from each other', async (t) => {
  const other = { ...tool, manifest: { ...tool.manifest, name: 'other', bin: { tool: 'bin/tool.js' } } };
  const { root } = scene(
    t,
    await registries(t, { npm: [tool, other] }),
    '{ npm: [tool@1.2.3, other@1.2.3] }',
  );
  await assert.rejects(root(), (error: Failure) => error.code === 'tool-clash');
});

test('a machine that says no registry is told where to say it', async (t) => {
  const env = { HOME: '/nowhere', PATH: '/nowhere' };
  for (const [tools, setting] of [
    ['{ npm: [tool@1.2.3] }', /npm_config_registry/],
    ['{ pypi: [tool==1.0] }', /PIP_INDEX_URL/],
  ] as const) {
    await assert.rejects(scene(t, env, tools).lock(), (error: Failure) => {
      assert.equal(error.code, 'tool-registry-unknown');
      return setting.test(error.hint!);
    });
  }
});
