/**
 * Four projects that aren't ours, unchanged from their release tarballs, with the targetry.yaml and lock of `examples/`:
 * a C library, a C++ program, a Python wheel and a Node addon. What can run on this machine is run.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { repository, targetry, whyNoBuilds } from '../build/command-line.ts';
import { debianSource, sources } from '../debian-sources.ts';
import { npmTarballs } from '../npm-tarballs.ts';

const skip = await whyNoBuilds();

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

test('markupsafe: a wheel for each of two CPUs, whose tag says where it runs', { skip }, async (t) => {
  const folder = await project(t, 'markupsafe', await debianSource(sources.markupsafe));
  await build(folder);
  const wheels = ['aarch64', 'x86_64'].map(
    (machine) => `MarkupSafe-2.1.2-cp311-cp311-manylinux_2_17_${machine}.whl`,
  );
  assert.deepEqual(artifactsIn(folder), wheels);
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
