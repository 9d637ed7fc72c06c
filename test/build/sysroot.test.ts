/** A sysroot that was written somewhere and moved elsewhere, used by this machine's own compiler. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { helloProject, targetry, whyNoBuilds } from './command-line.ts';

const hasGcc = spawnSync('gcc', ['--version']).status === 0;
const needs = 'needs a gcc of x64 on the machine';
const why = process.arch === 'x64' && hasGcc ? await whyNoBuilds() : needs;

const yaml = `name: hello
environments:
  modern:
    debian: bookworm
    packages: [gcc]
    sysroot: { debian: bullseye, packages: [libc6-dev, libgcc-10-dev] }
`;

const noPlaceForAll = /^A file system that ignores case, .* can't hold \d+ files .*linux\/netfilter/m;

async function write(t: TestContext, ...args: readonly string[]): Promise<string> {
  const folder = helloProject(t, {
    'targetry.yaml': yaml,
    'a.c': '#include <math.h>\n#include <stdlib.h>\nint main(void) { return exp(strtod("0", 0)) != 1; }\n',
  });
  const { exit, stdout, stderr } = await targetry(['sysroot', 'modern', '-o', 'sysroot', ...args], {
    cwd: folder,
  });
  assert.equal(exit, 0, stderr);
  assert.match(stdout, /^sysroot: glibc 2\.31 for amd64, of \d+ packages of modern\n/);
  assert.match(stdout, noPlaceForAll);
  renameSync(join(folder, 'sysroot'), join(folder, 'moved'));
  return folder;
}

describe('targetry sysroot', { skip: why }, () => {
  it('writes a folder that can be moved, against which gcc of a newer system makes what runs on the old one', async (t) => {
    const folder = await write(t);
    const bin = join(folder, 'moved/toolchain/bin');
    const run = (program: string, ...args: readonly string[]) =>
      execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
    run(join(bin, 'x86_64-linux-gnu-cc'), 'a.c', '-o', 'c', '-lm');
    run('./c');
    const names = readFileSync(join(folder, 'c'), 'latin1').matchAll(/GLIBC_2\.(\d+)/g);
    const floor = Math.max(...[...names].map(([, minor]) => Number(minor)));
    assert.equal(floor, 29, 'exp of bullseye is of 2.29');
    const links = run('find', 'moved', '-type', 'l', '-lname', '/*');
    assert.equal(links, '', 'an absolute link leads to the machine that compiles');
  });

  it('has nothing in it that only Linux could use: every link ends in it, and no file is a program', async (t) => {
    const folder = await write(t);
    const moved = join(folder, 'moved');
    const links = execFileSync('find', [moved, '-type', 'l'], { encoding: 'utf8' }).trim().split('\n');
    assert.ok(links.length > 20);
    for (const link of links) assert.ok(realpathSync(link).startsWith(`${moved}/`), link);
    const { stdout } = await targetry(['audit', 'moved', '--format', 'json'], { cwd: folder });
    const [{ elfs }] = JSON.parse(stdout).artifacts;
    const types = new Set(elfs.map(({ type }: { type: string }) => type));
    assert.deepEqual(types, new Set(['rel', 'shared']));
    const cmake = readFileSync(join(moved, 'toolchain/toolchain.cmake'), 'utf8');
    assert.match(
      cmake,
      /if\(NOT CMAKE_HOST_SYSTEM_NAME STREQUAL "Linux"\)\n {2}set\(CMAKE_SYSTEM_NAME Linux\)/,
    );
  });

  it('tells a shell and CMake where things are, of the place where it will be used', async (t) => {
    const folder = await write(t, '--prefix', '/opt/sysroot');
    const place = join(folder, 'moved/toolchain');
    const script = `TARGETRY_SYSROOT=${folder}/moved; . ${place}/env.sh; echo "$CC"; echo "$PKG_CONFIG_SYSROOT_DIR"`;
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    assert.equal(said, `${place}/bin/x86_64-linux-gnu-cc\n${folder}/moved\n`);
    assert.match(readFileSync(join(place, 'meson.cross'), 'utf8'), /^sysroot = '\/opt\/sysroot'$/m);
    assert.match(readFileSync(join(place, 'env.sh'), 'utf8'), /TARGETRY_SYSROOT:=\/opt\/sysroot/);
  });

  it('refuses a prefix that depends on where one stands, before anything is downloaded', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': yaml });
    const { exit, stderr } = await targetry(['sysroot', 'modern', '-o', 's', '--prefix', 'opt'], {
      cwd: folder,
    });
    assert.equal(exit, 2);
    assert.match(stderr, /--prefix opt is not an absolute path/);
    assert.ok(!existsSync(join(folder, 's')));
  });

  it('has a lock of its own for the sysroot, which agrees with the configuration', async (t) => {
    const folder = await write(t);
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    assert.match(lock, /role: sysroot\n {4}distro: debian\n {4}release: bullseye\n {4}arch: amd64/);
    assert.doesNotMatch(lock, /perl-base/);
    writeFileSync(join(folder, 'targetry.yaml'), yaml.replace(', libgcc-10-dev', ''));
    const { exit, stdout, stderr } = await targetry(['lock', '--check'], { cwd: folder });
    assert.equal(exit, 1, stdout + stderr);
  });
});
