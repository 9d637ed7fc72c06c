/** The script runs here, between a compiler that doesn't matter and a linker that only does what the test says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkingLinkers, type LinkRules } from '../../../src/toolchain/link-check.ts';

const rules: LinkRules = {
  glibc: '2.36',
  sysroot: undefined,
  floor: { version: '2.31', word: 'glibc:2.31' },
  artifacts: ['hello', '*.node'],
  everywhere: ['libc', 'libz'],
  older: 'compile against an older release: `sysroot: { debian: 11, packages: [libc6-dev] }`',
};

/** `y` of a linker that traces, then the result. */
const linker = `#!/bin/sh
for one; do
  [ "$before" = -y ] && echo "ld: main.o: reference to $one"
  [ "$before" = -o ] && echo linked >"$one"
  before=$one
done
exit 0
`;

/** What a file needs stands beside it. */
const readelf = `#!/bin/sh
for one; do :; done
cat "$one.$1" 2>/dev/null
`;

function machine(t: TestContext, changed: Partial<LinkRules> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-link-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'real'));
  mkdirSync(join(folder, 'vendor'));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o755 });
  for (const name of ['ld', 'ld.gold', 'ld.mold']) put(`real/${name}`, linker);
  put('real/readelf', readelf);
  const linkers = checkingLinkers({
    rules: { ...rules, ...changed },
    arch: 'x64',
    compilers: { all: [], binutils: '', hasLld: false, hasMold: true },
    folder: `${folder}/real/`,
  });
  for (const [name, text] of Object.entries(linkers)) put(name, text);
  const start = (name: string, args: readonly string[], env = process.env) => {
    const said = spawnSync(join(folder, name), args, { cwd: folder, encoding: 'utf8', env });
    return { exit: said.status, lines: said.stderr.split('\n').filter(Boolean) };
  };
  return {
    folder,
    put,
    has: (name: string) => existsSync(join(folder, name)),
    start,
    link: (...args: readonly string[]) => start('ld', args),
  };
}

const x64 = ['-m', 'elf_x86_64'];
const needing = (version: string) =>
  `Version needs section '.gnu.version_r' contains 1 entry:\n  0x0010:   Name: GLIBC_${version}  Flags: none  Version: 2\n`;
const calling = (...symbols: readonly string[]) =>
  symbols.map((one, at) => `     ${at}: 0000 0 FUNC GLOBAL DEFAULT  UND ${one} (2)\n`).join('');

test('an artifact that needs a newer glibc than promised is taken away, and each symbol has its object', (t) => {
  const { put, link, has } = machine(t);
  put('hello.--dyn-syms', calling('puts@GLIBC_2.2.5', 'stat@GLIBC_2.33', 'dlopen@GLIBC_2.34'));
  const { exit, lines } = link(...x64, '-o', 'hello', 'main.o');
  assert.equal(exit, 1);
  assert.deepEqual(lines, [
    'targetry: hello would need glibc 2.34, and glibc:2.31 is promised:',
    'targetry: main.o needs dlopen of GLIBC_2.34',
    'targetry: main.o needs stat of GLIBC_2.33',
    'targetry: compile against an older release: `sysroot: { debian: 11, packages: [libc6-dev] }`; or promise glibc:2.34',
  ]);
  assert.ok(!has('hello'));
});

test('what keeps the promise, tools of the build and results for another CPU are linked as ever', (t) => {
  const { put, link, has } = machine(t);
  put('x.node.--dyn-syms', calling('puts@GLIBC_2.2.5', 'gettid@GLIBC_2.30'));
  put('conftest.--dyn-syms', calling('dlopen@GLIBC_2.34'));
  for (const name of ['x.node', 'conftest'])
    assert.deepEqual(link(...x64, '-o', name, 'main.o'), { exit: 0, lines: [] });
  put('hello.--dyn-syms', calling('dlopen@GLIBC_2.34'));
  assert.equal(link('-m', 'aarch64linux', '-o', 'hello', 'main.o').exit, 0);
  assert.ok(has('x.node') && has('conftest') && has('hello'));
});

test('gold and mold are watched too, and one that the environment lacks is said to be lacking', (t) => {
  const { folder, put, start } = machine(t);
  put('hello.--dyn-syms', calling('dlopen@GLIBC_2.34'));
  for (const name of ['ld.gold', 'ld.mold'])
    assert.match(start(name, [...x64, '-o', 'hello', 'main.o']).lines[1] ?? '', /main\.o needs dlopen/, name);
  rmSync(join(folder, 'real/ld.gold'));
  const { exit, lines } = start('ld.gold', [...x64, '-o', 'hello', 'main.o'], {
    PATH: join(folder, 'vendor'),
  });
  assert.equal(exit, 127);
  assert.match(lines.at(-1) ?? '', /this environment has no ld\.gold$/);
});

test('a library that was built for a newer glibc is named before anything is linked, with the two cures', (t) => {
  const { folder, put, link, has } = machine(t, { glibc: '2.31', floor: undefined, sysroot: '/opt/sysroot' });
  put('vendor/libssl.so', '');
  put('vendor/libssl.so.-VW', needing('2.33'));
  const { exit, lines } = link(...x64, '-shared', '-o', 'any.so', '-lssl', '-Lvendor');
  assert.equal(exit, 1);
  assert.deepEqual(lines, [
    `targetry: ${folder}/vendor/libssl.so was built for glibc 2.33, and the sysroot has glibc 2.31`,
    "targetry: take its build of the sysroot's release, by its package in `sysroot:`; or a newer release for the sysroot, and promise glibc:2.33",
  ]);
  assert.ok(!has('any.so'));
  assert.equal(link(...x64, '-o', 'a', 'vendor/libssl.so').exit, 1);
  assert.equal(link(...x64, '-o', 'a', '-L', 'vendor', '-l:libssl.so').exit, 1);
});

test('a library counts only where the linker would take it', (t) => {
  const { put, link } = machine(t, { glibc: '2.31', floor: undefined, sysroot: '/opt/sysroot' });
  for (const name of ['vendor/libnew.so', 'vendor/libz.so']) put(name, '');
  put('vendor/libnew.so.-VW', needing('2.38'));
  put('vendor/libz.so.-VW', needing('2.14'));
  put('libnew.a', '');
  const fine = [
    ['-L.', '-Lvendor', '-lnew'],
    ['-Lvendor', '-static', '-lnew'],
    ['-Lvendor', '-lz'],
    ['-Lvendor', '-lnew', '--allow-shlib-undefined'],
    ['-soname', 'vendor/libnew.so'],
  ];
  for (const words of fine) assert.equal(link(...x64, '-o', 'a', ...words).exit, 0, words.join(' '));
  assert.equal(link(...x64, '-o', 'a', '-Lvendor', '-Bstatic', '-lz', '-Bdynamic', '-lnew').exit, 1);
});

test('of what every system has in a build of its own an artifact may be linked with a newer one', (t) => {
  const { put, link } = machine(t);
  for (const name of ['z', 'late']) {
    put(`vendor/lib${name}.so`, '');
    put(`vendor/lib${name}.so.-VW`, needing('2.33'));
  }
  assert.equal(link(...x64, '-o', 'hello', '-Lvendor', '-lz').exit, 0);
  assert.equal(link(...x64, '-o', 'tool', '-Lvendor', '-llate').exit, 0);
  assert.match(link(...x64, '-o', 'hello', '-Lvendor', '-llate').lines[0] ?? '', /glibc:2\.31 is promised$/);
});

test('a file of words, as gcc hands it on, is for the CPU that it says and is checked like them', (t) => {
  const { put, link, has } = machine(t);
  put('hello.--dyn-syms', calling('dlopen@GLIBC_2.34'));
  const words = (...all: readonly string[]) => all.map((word) => `${word}\n`).join('');
  put('words', words(...x64, '-o', 'hello', 'with\\ space.o'));
  assert.match(link('@words').lines[0] ?? '', /^targetry: hello would need glibc 2\.34/);
  put('long', words(...x64, '-o', 'hello', ...Array.from({ length: 20_000 }, (_, n) => `${n}.o`)));
  put('real/ld', '#!/bin/sh\necho "got $1" >&2\n');
  assert.deepEqual(link('@long').lines, ['got @long']);
  assert.deepEqual(link('words').lines, ['got words']);
  put('words', words('-m', 'aarch64linux', '-o', 'hello'));
  assert.equal(link('@words').exit, 0);
  assert.ok(!has('hello'));
});
