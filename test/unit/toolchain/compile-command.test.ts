import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCompilerWordsLast } from '../../../src/cli/commands/compile.ts';
import {
  compileCommand,
  contradiction,
  lackOf,
  type CommandRequest,
} from '../../../src/toolchain/compile-command.ts';
import { sysrootLayout } from '../../../src/toolchain/sysroot-layout.ts';

const glibc = sysrootLayout({
  format: 'deb',
  libc: 'glibc',
  arch: 'x64',
  packages: [
    { name: 'libc6', version: '2.31-13' },
    { name: 'libgcc-10-dev', version: '10.2.1-6' },
    { name: 'libstdc++-10-dev', version: '10.2.1-6' },
  ],
});
const musl = sysrootLayout({
  format: 'deb',
  libc: 'musl',
  arch: 'x64',
  packages: [{ name: 'musl', version: '1.2.3-1' }],
});

const request: CommandRequest = {
  program: 'gcc',
  family: 'gcc',
  language: 'c',
  layout: musl,
  sysroot: '/S',
  own: '/own',
  runtime: undefined,
  prefix: undefined,
  args: ['a.c', '-o', 'a'],
};

const runtime = { includes: ['/rt/include'], libraries: ['/rt/lib'], startFiles: ['crt1.o', 'Scrt1.o'] };

test('every word that is not of the user has a reason', () => {
  for (const layout of [glibc, musl]) {
    const command = compileCommand({ ...request, layout, runtime, prefix: '/opt/demo' });
    const added = command.added.flatMap(({ words }) => words);
    assert.deepEqual([...command.words].sort(), ['gcc', ...request.args, ...added].sort());
    for (const { reason } of command.added) assert.notEqual(reason, '');
  }
});

test('a result with a prefix is started by what is there and finds its libraries there', () => {
  const { words, interpreter } = compileCommand({ ...request, prefix: '/opt/demo' });
  assert.equal(interpreter, '/opt/demo/lib/ld-musl-x86_64.so.1');
  // Of two interpreters the linker takes the later.
  const named = words.filter((word) => word.includes('-dynamic-linker'));
  assert.equal(named.at(-1), '-Wl,-dynamic-linker,/opt/demo/lib/ld-musl-x86_64.so.1');
  assert.ok(words.includes('-Wl,-rpath,/opt/demo/lib'));
  assert.ok(words.includes('-Wl,--disable-new-dtags'));
});

test('a shared library has the path and no interpreter; a static program has neither', () => {
  const shared = compileCommand({ ...request, prefix: '/opt/demo', args: ['-shared', 'a.c'] });
  assert.equal(shared.interpreter, undefined);
  assert.ok(shared.words.includes('-Wl,-rpath,/opt/demo/lib'));
  assert.ok(!shared.words.includes('-Wl,-dynamic-linker,/opt/demo/lib/ld-musl-x86_64.so.1'));
  const still = compileCommand({ ...request, prefix: '/opt/demo', args: ['-static', 'a.c'] });
  assert.equal(still.interpreter, undefined);
  assert.ok(!still.words.some((word) => word.includes('/opt/demo')));
});

test("the user's own libc comes before that of the sysroot, its headers and its start files", () => {
  const { headers, libraries } = compileCommand({ ...request, runtime });
  assert.deepEqual(headers, ['/rt/include', '/S/usr/include/x86_64-linux-musl', '/own']);
  assert.deepEqual(libraries, ['/rt/lib/', '/S/usr/lib/x86_64-linux-musl/']);
});

test('a runtime without the start file of position-independent programs gets others', () => {
  const withoutPie = { ...runtime, startFiles: ['crt1.o'] };
  assert.ok(compileCommand({ ...request, runtime: withoutPie }).words.includes('-no-pie'));
  assert.ok(!compileCommand({ ...request, runtime }).words.includes('-no-pie'));
  const asked = { ...request, runtime: withoutPie, args: ['-pie', 'a.c'] };
  assert.match(lackOf(asked) ?? '', /the runtime has no Scrt1\.o/);
});

test('options that exclude each other are told as such', () => {
  for (const args of [
    ['-static', '-dynamic'],
    ['-static', '-shared'],
    ['-shared', '-pie'],
  ])
    assert.match(contradiction(args) ?? '', /were both asked for/);
  assert.equal(contradiction(['-dynamic']), undefined);
  assert.ok(!compileCommand({ ...request, args: ['-dynamic', 'a.c'] }).words.includes('-dynamic'));
});

test('C++ without a library of C++ is told before the compiler finds no header', () => {
  assert.match(lackOf({ ...request, language: 'c++' }) ?? '', /musl has no C\+\+ library/);
  assert.equal(lackOf({ ...request, language: 'c++', layout: glibc }), undefined);
});

test('what is only compiled gets nothing for the linker', () => {
  const { words, interpreter } = compileCommand({ ...request, prefix: '/opt/demo', args: ['-c', 'a.c'] });
  assert.equal(interpreter, undefined);
  assert.ok(!words.some((word) => word.includes('/opt/demo')));
});

test("words of the compiler may stand anywhere, also where they look like ours' values", () => {
  assert.deepEqual(
    withCompilerWordsLast([
      'cc',
      '-O2',
      '--libc',
      'debian-11',
      'a.c',
      '--prefix=/opt/x',
      '-o',
      'a',
      '--explain',
    ]),
    ['cc', '--libc', 'debian-11', '--prefix=/opt/x', '--explain', '--', '-O2', 'a.c', '-o', 'a'],
  );
  assert.deepEqual(withCompilerWordsLast(['cc', '--libc', 'musl', '--version']), [
    'cc',
    '--libc',
    'musl',
    '--',
    '--version',
  ]);
  assert.deepEqual(withCompilerWordsLast(['cc', '--help']), ['cc', '--help']);
});
