/**
 * A module of Python and an addon of Node, of projects that know nothing of it, are compiled across against a sysroot, and
 * loaded by the Python and the Node of Debian 12 for arm64.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { targetry, whyNoBuilds } from '../build/command-line.ts';
import { debianSource, sources } from '../debian-sources.ts';
import { npmTarballs } from '../npm-tarballs.ts';

const skip = process.arch === 'x64' ? await whyNoBuilds() : 'needs x64, so that arm64 is another CPU';

const timed = (command: string) =>
  `began=$(date +%s%3N); ${command}; echo $(($(date +%s%3N) - began)) >milliseconds`;

const wheel = `name: markupsafe
environments:
  cross:
    debian: bookworm
    packages: [gcc-aarch64-linux-gnu, python3-setuptools, python3-wheel]
    sysroot: { debian: bookworm, packages: [libc6-dev, libpython3-dev] }
  emulated: { debian: bookworm, packages: [gcc, libc6-dev, python3-dev, python3-setuptools, python3-wheel] }
targets:
  cross: { environment: cross, arch: arm64, promise: [manylinux_2_17] }
  emulated: { environment: emulated, arch: arm64, promise: [manylinux_2_17] }
steps:
  - { name: wheel, run: "${timed('python3 setup.py bdist_wheel --plat-name manylinux_2_17_aarch64')}" }
artifacts:
  - { path: "dist/*.whl", as: "{target}/MarkupSafe-2.1.2-cp311-cp311-manylinux_2_17_aarch64.whl", kind: wheel }
  - { path: milliseconds, as: "{target}/milliseconds", kind: file }
`;

const addon = `name: bufferutil
environments:
  cross:
    debian: bookworm
    packages: [g++-aarch64-linux-gnu, make, python3, nodejs, node-gyp, libnode-dev]
    sysroot: { debian: bookworm, packages: [libc6-dev, libstdc++-12-dev] }
targets:
  cross: { environment: cross, arch: arm64, promise: ["glibc:2.17", "needs:libstdc++.so.6,libgcc_s.so.1"] }
steps:
  - { name: compile, run: node-gyp rebuild }
artifacts:
  - { path: build/Release/bufferutil.node, as: "{target}/bufferutil.node", kind: node-addon }
`;

test(
  'a wheel is named and built for arm64 at full speed, and Debian’s Python imports it',
  { skip },
  async (t) => {
    const folder = project(t, await debianSource(sources.markupsafe), wheel);
    await build(folder);
    const audit = await targetry(['audit', 'dist/cross', '--format', 'json'], { cwd: folder });
    const { elfs } = JSON.parse(audit.stdout).artifacts.find(
      ({ kind }: { kind: string }) => kind === 'wheel',
    );
    assert.deepEqual(
      elfs.map(({ path, machine }: Elf) => [path, machine]),
      [['markupsafe/_speedups.cpython-311-aarch64-linux-gnu.so', 'aarch64']],
    );
    assert.deepEqual(await loaded(folder), ['_speedups']);
    const [cross, emulated] = ['cross', 'emulated'].map((target) =>
      Number(readFileSync(join(folder, 'dist', target, 'milliseconds'), 'utf8')),
    );
    t.diagnostic(
      `markupsafe: across ${cross} ms, emulated ${emulated} ms, ${(emulated! / cross!).toFixed(1)} times`,
    );
  },
);

test('an addon needs no library of Debian’s Node, and that Node requires it', { skip }, async (t) => {
  const name = 'bufferutil@4.1.0';
  const tarball = npmTarballs([name]).get(name);
  assert.ok(tarball !== undefined, `npm could not fetch ${name}`);
  const folder = project(t, tarball, addon);
  await build(folder);
  assert.deepEqual(await loaded(folder), ['require']);
});

interface Elf {
  readonly path: string;
  readonly machine: string;
}

function project(t: TestContext, tarball: string, yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-extension-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('tar', ['-xf', tarball, '-C', folder, '--strip-components=1']);
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  return folder;
}

async function build(folder: string): Promise<void> {
  const { exit, stderr } = await targetry(['build'], { cwd: folder });
  assert.equal(exit, 0, stderr);
}

/** Answers how each artifact for Debian 12 was loaded there. */
async function loaded(folder: string): Promise<readonly string[]> {
  const words = ['prove', 'cross', '--in', 'debian-12', '--format', 'json', '--progress', 'quiet'];
  const { exit, stdout, stderr } = await targetry(words, { cwd: folder });
  assert.equal(exit, 0, stderr);
  const { predicate } = JSON.parse(stdout) as {
    predicate: { runs: readonly { arch: string; measured: string; command: string }[] };
  };
  return predicate.runs.map(({ arch, measured, command }) => {
    assert.deepEqual([arch, measured], ['arm64', 'runs']);
    return /import markupsafe\.(\w+)|(require)\(/.exec(command)?.slice(1).find(Boolean) ?? command;
  });
}
