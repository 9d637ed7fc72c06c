/**
 * Four projects that aren't ours, unchanged from their release tarballs, with the targetry.yaml and lock of `examples/`:
 * a C library, a C++ program, a Python wheel and a Node addon. What can run on this machine is run.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readAptConfiguration } from '../../src/packages/deb/apt-config.ts';
import { findMirrors } from '../../src/packages/deb/mirrors.ts';
import { HttpClient } from '../../src/remote/http.ts';
import { repository, targetry, whyNoBuilds } from '../build/command-line.ts';
import { npmTarballs } from '../npm-tarballs.ts';

const skip = await whyNoBuilds();

interface Source {
  readonly path: string;
  readonly sha256: string;
}

/** Of Debian's source packages. */
const sources = {
  zlib: {
    path: 'pool/main/z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2',
    sha256: '71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1',
  },
  ninja: {
    path: 'pool/main/n/ninja-build/ninja-build_1.11.1.orig.tar.gz',
    sha256: '31747ae633213f1eda3842686f83c2aa1412e0f5691d1c14dbbcc67fe7400cea',
  },
  markupsafe: {
    path: 'pool/main/m/markupsafe/markupsafe_2.1.2.orig.tar.gz',
    sha256: 'abcabc8c2b26036d62d4c746381a6f7cf60aafcc653198ad678306986b09450d',
  },
} satisfies Record<string, Source>;

test('zlib: a library for glibc, for musl and for another CPU', { skip }, async (t) => {
  const folder = await project(t, 'zlib', await debianSource(sources.zlib));
  await build(folder);
  const files = ['linux-arm64-gnu', 'linux-x64-gnu', 'linux-x64-musl'].map((target) => `${target}/libz.so.1`);
  assert.deepEqual(artifactsIn(folder), files);
});

test('ninja: a C++ program with CMake and Ninja, for two CPUs', { skip }, async (t) => {
  const folder = await project(t, 'ninja', await debianSource(sources.ninja));
  await build(folder);
  assert.deepEqual(artifactsIn(folder), ['ninja-1.11.1-linux-arm64', 'ninja-1.11.1-linux-x64']);
  if (process.arch !== 'x64') return;
  const version = execFileSync(join(folder, 'dist/ninja-1.11.1-linux-x64'), ['--version'], {
    encoding: 'utf8',
  });
  assert.equal(version, '1.11.1\n');
});

test('markupsafe: a wheel whose tag says where it runs', { skip }, async (t) => {
  const folder = await project(t, 'markupsafe', await debianSource(sources.markupsafe));
  await build(folder);
  assert.deepEqual(artifactsIn(folder), ['MarkupSafe-2.1.2-cp39-cp39-manylinux_2_17_x86_64.whl']);
});

test('bufferutil: an addon that this Node loads, in the layout of prebuilds', { skip }, async (t) => {
  const name = 'bufferutil@4.1.0';
  const tarball = npmTarballs([name]).get(name);
  if (tarball === undefined) return t.skip(`npm could not fetch ${name}`);
  const folder = await project(t, 'bufferutil', tarball);
  await build(folder);
  const addons = ['arm64', 'x64'].map((arch) => `prebuilds/linux-${arch}/bufferutil.glibc.node`);
  assert.deepEqual(artifactsIn(folder), addons);
  if (process.arch !== 'x64') return;
  const script = `const { mask } = require(process.argv[1]); const out = Buffer.alloc(3);
    mask(Buffer.from('abc'), Buffer.from([1, 1, 1, 1]), out, 0, 3); process.stdout.write(out)`;
  const addon = join(folder, 'dist', addons[1]!);
  assert.equal(execFileSync(process.execPath, ['-e', script, addon], { encoding: 'utf8' }), '`cb');
});

/** The files of the tarball, with what the example adds to them. */
async function project(t: TestContext, name: string, tarball: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `targetry-${name}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('tar', ['-xf', tarball, '-C', folder, '--strip-components=1']);
  for (const file of ['targetry.yaml', 'targetry.lock'])
    cpSync(join(repository, 'examples', name, file), join(folder, file));
  return folder;
}

async function build(folder: string): Promise<void> {
  const { exit, stderr } = await targetry(['build'], { cwd: folder });
  assert.equal(exit, 0, stderr);
}

function artifactsIn(folder: string): string[] {
  return readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'dist/').length))
    .filter((path) => path !== 'targetry.json' && !path.startsWith('logs/'))
    .sort();
}

/** Kept from run to run. */
async function debianSource({ path, sha256 }: Source): Promise<string> {
  const cache = join(tmpdir(), 'targetry-sources');
  const file = join(cache, path.split('/').at(-1)!);
  if (existsSync(file) && hashOf(readFileSync(file)) === sha256) return file;
  const client = new HttpClient({ env: process.env, signal: new AbortController().signal });
  try {
    const { main } = await findMirrors({
      distro: 'debian',
      arch: 'amd64',
      apt: await readAptConfiguration('/etc/apt'),
    });
    const bytes = await client.bytes(`${main[0]!}/${path}`, 16 * 1024 * 1024);
    assert.equal(hashOf(bytes), sha256, `${path} is not the one that is known`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, bytes);
    return file;
  } finally {
    client.close();
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
