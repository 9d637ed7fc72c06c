/** The wrappers themselves run here, with a compiler that only tells what it was asked. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { compilersIn } from '../../../src/toolchain/compilers.ts';
import { sysrootLayout, type SysrootPackages } from '../../../src/toolchain/sysroot-layout.ts';
import { toolchainFiles } from '../../../src/toolchain/toolchain-files.ts';
import type { Toolchain } from '../../../src/toolchain/toolchain.ts';
import { toolchainVariables } from '../../../src/toolchain/step-variables.ts';

const bullseye: SysrootPackages = {
  format: 'deb',
  libc: 'glibc',
  arch: 'arm64',
  packages: [
    { name: 'libc6', version: '2.31-13+deb11u11' },
    { name: 'libgcc-10-dev', version: '10.2.1-6' },
    { name: 'libstdc++-10-dev', version: '10.2.1-6' },
  ],
};

const packages = [
  'gcc',
  'gcc-14',
  'gcc-aarch64-linux-gnu',
  'g++-aarch64-linux-gnu',
  'binutils-aarch64-linux-gnu',
];

interface Written {
  readonly sysroot?: SysrootPackages;
  readonly packages?: readonly string[];
}

/** A folder that is used as a sysroot; answers the arguments that the compiler gets. */
function wrapped(t: TestContext, written: Written = {}) {
  const top = mkdtempSync(join(tmpdir(), 'targetry-wrapper-'));
  t.after(() => rmSync(top, { recursive: true }));
  const layout = sysrootLayout(written.sysroot ?? bullseye);
  const compilers = compilersIn(written.packages ?? packages, { arch: layout.arch, builder: 'x64' });
  const toolchain: Toolchain = {
    layout,
    compilers,
    cross: layout.arch !== 'x64' || layout.libc === 'musl',
    folder: `${top}/real/`,
    sysroot: `${top}/S`,
  };
  for (const { path, text, mode } of toolchainFiles(toolchain)) {
    mkdirSync(dirname(join(top, 'S', path)), { recursive: true });
    writeFileSync(join(top, 'S', path), text, { mode });
  }
  mkdirSync(join(top, 'real'));
  const fake = `#!/bin/sh\n[ "$1" = -print-file-name=include ] && { echo /own/include; exit; }\nprintf '%s\\n' "$@"\n`;
  for (const { cc, cxx } of compilers.all)
    for (const name of [cc, ...(cxx === undefined ? [] : [cxx])])
      writeFileSync(join(top, 'real', name), fake, { mode: 0o755 });
  const program = (name: string) => join(top, 'S/toolchain/bin', name);
  return {
    toolchain,
    program,
    ask: (name: string, ...args: readonly string[]) =>
      execFileSync(program(name), args, { encoding: 'utf8' })
        .replaceAll(`${top}/S`, 'S')
        .trimEnd()
        .split('\n'),
  };
}

test('gcc looks into the sysroot before anything of its own, and for no header elsewhere', (t) => {
  const { ask } = wrapped(t);
  assert.deepEqual(ask('aarch64-linux-gnu-gcc', '-c', 'a b.c'), [
    '--sysroot=S',
    '-BS/usr/lib/gcc/aarch64-linux-gnu/10/',
    '-BS/usr/lib/aarch64-linux-gnu/',
    '-BS/usr/lib/',
    '-c',
    'a b.c',
    '-nostdinc',
    '-isystem',
    '/own/include',
    '-isystem',
    'S/usr/include/aarch64-linux-gnu',
    '-isystem',
    'S/usr/include',
  ]);
});

test('g++ takes the C++ headers of the sysroot, in the order in which they include each other', (t) => {
  const args = wrapped(t).ask('aarch64-linux-gnu-g++', 'a.cc');
  assert.deepEqual(
    args.slice(args.indexOf('-nostdinc')).filter((one) => one !== '-isystem'),
    [
      '-nostdinc',
      '-nostdinc++',
      'S/usr/include/c++/10',
      'S/usr/include/aarch64-linux-gnu/c++/10',
      'S/usr/include/c++/10/backward',
      '/own/include',
      'S/usr/include/aarch64-linux-gnu',
      'S/usr/include',
    ],
  );
});

test('what is compiled without any headers stays so', (t) => {
  const args = wrapped(t).ask('aarch64-linux-gnu-gcc', '-nostdinc', '-c', 'kernel.c');
  assert.ok(!args.includes('-isystem'));
});

test('a static program with threads gets all of libpthread where that is a library of its own', (t) => {
  const whole = '-Wl,--whole-archive,-lpthread,--no-whole-archive';
  const { ask } = wrapped(t);
  for (const threads of ['-pthread', '-lpthread']) {
    const args = ask('aarch64-linux-gnu-g++', '-static', 'a.o', threads);
    assert.ok(args.includes(whole));
    assert.ok(!args.includes('-lpthread'));
  }
  assert.ok(!ask('aarch64-linux-gnu-g++', 'a.o', '-pthread').includes(whole));
  assert.ok(!ask('aarch64-linux-gnu-g++', '-static', 'a.o').includes(whole));
  const newer = [{ name: 'libc6', version: '2.36-9' }];
  const bookworm = wrapped(t, { sysroot: { ...bullseye, packages: newer } });
  assert.ok(!bookworm.ask('aarch64-linux-gnu-gcc', '-static', 'a.o', '-pthread').includes(whole));
});

test('C++ without a C++ library says which package to add', (t) => {
  const { program } = wrapped(t, {
    sysroot: { ...bullseye, packages: [{ name: 'libc6', version: '2.31' }] },
  });
  const { status, stderr } = spawnSync(program('aarch64-linux-gnu-g++'), ['a.cc'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /add libstdc\+\+-N-dev/);
});

test("C++ for Debian's musl, which has no C++ library, says where there is one, and how C does without", (t) => {
  const musl = { ...bullseye, libc: 'musl', packages: [{ name: 'musl-dev', version: '1.2.2-1' }] } as const;
  const { program } = wrapped(t, { sysroot: musl });
  const { status, stderr } = spawnSync(program('aarch64-linux-musl-g++'), ['a.cc'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /only Alpine has one for musl .* link it by \$CC \(node-gyp: LINK=\$CC\)/);
});

test('clang is told the CPU, and its linker where GNU has none for it', (t) => {
  const { ask } = wrapped(t, { packages: ['clang', 'lld'] });
  const args = ask('clang', 'a.c');
  assert.deepEqual(args.slice(0, 2), ['--target=aarch64-linux-gnu', '--sysroot=S']);
  assert.ok(args.includes('-fuse-ld=lld'));
  assert.ok(args.includes('-nostdlibinc'));
});

test('results for musl name its interpreter, whatever compiler makes them', (t) => {
  const alpine: SysrootPackages = {
    format: 'apk',
    libc: 'musl',
    arch: 'x64',
    packages: [{ name: 'musl', version: '1.2.5-r0' }],
  };
  const { ask } = wrapped(t, { sysroot: alpine, packages: ['gcc', 'binutils'] });
  const args = ask('x86_64-linux-musl-gcc', 'a.c');
  assert.ok(args.includes('-Wl,-dynamic-linker,/lib/ld-musl-x86_64.so.1'));
  assert.ok(args.includes('-static-libgcc'));
  assert.ok(args.indexOf('S/usr/include') < args.indexOf('/own/include'));
});

test('where results run here, a Makefile that says gcc gets the wrapper; where not, gcc is for tools of the build', (t) => {
  const names = (written: Written) =>
    toolchainFiles(wrapped(t, written).toolchain).map(({ path }) => path.split('/').at(-1));
  const native = names({ sysroot: { ...bullseye, arch: 'x64' }, packages: ['gcc', 'g++'] });
  for (const name of ['gcc', 'cc', 'g++', 'c++', 'x86_64-linux-gnu-gcc'])
    assert.ok(native.includes(name), name);
  assert.ok(!native.includes('config.site'));
  const foreign = names({});
  for (const name of ['gcc', 'cc', 'g++', 'c++']) assert.ok(!foreign.includes(name), name);
  assert.ok(foreign.includes('config.site'));
});

test('cargo compiles for the target only where results do not run here, as its folders change with it', (t) => {
  const { toolchain } = wrapped(t);
  const variables = toolchainVariables(toolchain);
  assert.equal(variables['CARGO_BUILD_TARGET'], 'aarch64-unknown-linux-gnu');
  assert.match(variables['CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER'] ?? '', /aarch64-linux-gnu-gcc$/);
  const native = wrapped(t, { sysroot: { ...bullseye, arch: 'x64' }, packages: ['gcc'] });
  assert.equal(toolchainVariables(native.toolchain)['CARGO_BUILD_TARGET'], undefined);
});

test('the plain name of a compiler wins over one with a version, and C++ comes in a package of its own', () => {
  const cpus = { arch: 'arm64', builder: 'x64' } as const;
  assert.deepEqual(compilersIn(packages, cpus).all, [
    { family: 'gcc', cc: 'aarch64-linux-gnu-gcc', cxx: 'aarch64-linux-gnu-g++' },
  ]);
  assert.deepEqual(compilersIn(['gcc', 'g++'], cpus).all, []);
  assert.deepEqual(compilersIn(['gcc-12-aarch64-linux-gnu', 'clang17'], cpus).all, [
    { family: 'gcc', cc: 'aarch64-linux-gnu-gcc-12', cxx: undefined },
    { family: 'clang', cc: 'clang-17', cxx: 'clang++-17' },
  ]);
});

test('a build tool that asks this machine for headers gets those of the target, where there are any', (t) => {
  const { toolchain, ask } = wrapped(t);
  mkdirSync(join(toolchain.sysroot, 'usr/include/python3.11'), { recursive: true });
  const asked = [
    '-I/usr/include/python3.11',
    '-isystem',
    '/usr/include/python3.11',
    '-I/usr/include/other',
    '-c',
    'a b.c',
  ];
  const got = ask('aarch64-linux-gnu-gcc', ...asked);
  assert.deepEqual(got.slice(4, 4 + asked.length), [
    '-IS/usr/include/python3.11',
    '-isystem',
    'S/usr/include/python3.11',
    '-I/usr/include/other',
    '-c',
    'a b.c',
  ]);
});

test('C++ headers of Alpine are found where each release has them', () => {
  const layout = (arch: 'x64' | 'x86', versions: Readonly<Record<string, string>>) =>
    sysrootLayout({
      format: 'apk',
      libc: 'musl',
      arch,
      packages: Object.entries(versions).map(([name, version]) => ({ name, version })),
    });
  const gcc11 = '11.2.1_git20220219-r2';
  const old = layout('x64', { musl: '1.2.3-r2', gcc: gcc11, 'g++': gcc11, libgcc: gcc11 });
  assert.deepEqual(old.cxxIncludes.slice(0, 2), [
    'usr/include/c++/11.2.1',
    'usr/include/c++/11.2.1/x86_64-alpine-linux-musl',
  ]);
  const gcc12 = '12.2.1_git20220924-r4';
  const split = layout('x86', { musl: '1.2.3-r5', gcc: gcc12, 'libstdc++-dev': gcc12, libgcc: gcc12 });
  assert.equal(split.cxxIncludes[1], 'usr/include/c++/12.2.1/i586-alpine-linux-musl');
  assert.equal(split.gcc, 'usr/lib/gcc/i586-alpine-linux-musl/12.2.1');
});
