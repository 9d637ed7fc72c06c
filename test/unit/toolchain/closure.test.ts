/** The walk of a loader over made files: which library is taken, and what is said of one that is nowhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureNotes } from '../../../src/toolchain/closure-notes.ts';
import { closureOf, type Closure } from '../../../src/toolchain/closure.ts';
import type { FileSystem } from '../../../src/toolchain/library-search.ts';
import { makeElf, type MadeElf } from '../../elf-maker.ts';

const loader = '/lib64/ld-linux-x86-64.so.2';
const folders = Buffer.from('\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0');
const glibc = {
  [loader]: Buffer.concat([makeElf({ soname: 'ld-linux-x86-64.so.2' }), folders]),
  '/usr/lib/x86_64-linux-gnu/libc.so.6': { soname: 'libc.so.6' },
};
const hello: MadeElf = { interpreter: loader, needed: ['libone.so.1', 'libc.so.6'] };

type Files = Readonly<Record<string, MadeElf | Buffer>>;

function filesOf(name: string, made: Files): FileSystem {
  const files: FileSystem = {
    name,
    read(path) {
      const found = made[path];
      if (found === undefined) return undefined;
      return { bytes: Buffer.isBuffer(found) ? found : makeElf(found), path, files };
    },
  };
  return files;
}

function closed(program: MadeElf, root: Files, beside: Files = {}, more: readonly string[] = []): Closure {
  const machine = filesOf('this machine', { ...beside, '/app/bin/hello': program });
  const file = machine.read('/app/bin/hello')!;
  return closureOf({ subjects: [{ name: 'hello', file }], root: filesOf('debian', root), before: [], more });
}

const pathsOf = ({ members }: Closure) => members.map(({ file }) => file.path);

test('libraries come from the folders that are built into the loader, each once and transitively', () => {
  const closure = closed(hello, {
    ...glibc,
    '/usr/lib/libone.so.1': { needed: ['libtwo.so.2', 'libc.so.6'] },
    '/lib/libtwo.so.2': { needed: ['libc.so.6'] },
    '/opt/libtwo.so.2': {},
  });
  assert.deepEqual(pathsOf(closure), [
    '/usr/lib/libone.so.1',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
    '/lib/libtwo.so.2',
  ]);
  assert.deepEqual(closure.members[1]!.neededBy, ['hello', 'libone.so.1', 'libtwo.so.2']);
  assert.deepEqual(closure.missing, []);
  assert.equal(closure.interpreter?.path, loader);
});

test('$ORIGIN leads to what lies beside the program, not to the root', () => {
  const beside = { '/app/lib/libone.so.1': { needed: ['libc.so.6'] } };
  const closure = closed({ ...hello, runpath: '$ORIGIN/../lib' }, glibc, beside);
  assert.deepEqual(pathsOf(closure), ['/app/lib/libone.so.1', '/usr/lib/x86_64-linux-gnu/libc.so.6']);
});

test('a RUNPATH of the program is not that of its libraries, and an RPATH is', () => {
  const root = {
    ...glibc,
    '/opt/x/libone.so.1': { needed: ['libtwo.so.2'] },
    '/opt/x/libtwo.so.2': { soname: 'x' },
  };
  assert.deepEqual(closed({ ...hello, rpath: '/opt/x' }, root).missing, []);
  const [missing] = closed({ ...hello, runpath: '/opt/x' }, root).missing;
  assert.equal(missing?.name, 'libtwo.so.2');
  assert.equal(missing?.neededBy, 'libone.so.1');
});

test('a library of another CPU is passed over, and told where no other is found', () => {
  const arm = { soname: 'libone.so.1', machine: 183 };
  const other = { ...glibc, '/lib/libone.so.1': arm };
  const [missing] = closed(hello, other).missing;
  assert.equal(missing?.unfit, '/lib/libone.so.1 is for aarch64');
  assert.deepEqual(missing?.looked, [
    '/lib/x86_64-linux-gnu',
    '/usr/lib/x86_64-linux-gnu',
    '/lib',
    '/usr/lib',
  ]);
  const both = closed(hello, { ...other, '/usr/lib/libone.so.1': { soname: 'libone.so.1' } });
  assert.deepEqual(both.missing, []);
});

test('no file is looked for by the names that musl answers itself', () => {
  const musl = '/lib/ld-musl-x86_64.so.1';
  const program = { interpreter: musl, needed: ['libc.musl-x86_64.so.1', 'libpthread.so.0', 'libm.so'] };
  const closure = closed(program, { [musl]: { soname: 'libc.so' } });
  assert.deepEqual([closure.members, closure.missing], [[], []]);
});

test('a static program needs nothing, and a program without its loader says so', () => {
  assert.deepEqual(closed({ type: 2 }, {}).missing, []);
  assert.deepEqual(closed(hello, {}).missing, [
    { name: loader, neededBy: 'hello', looked: [], unfit: undefined },
  ]);
});

test('what is opened by name at run time is told, until it is taken along', () => {
  const program = {
    ...hello,
    needed: ['libc.so.6'],
    symbols: [{ name: 'getpwnam' }, { name: 'pthread_cancel' }],
  };
  const root = { ...glibc, '/usr/lib/libgcc_s.so.1': { needed: ['libc.so.6'] } };
  const notes = closureNotes(closed(program, root));
  assert.equal(notes.length, 2);
  assert.match(notes[0]!, /^users and groups: .* \(asked by hello\)$/);
  assert.match(notes[1]!, /--with libgcc_s\.so\.1/);
  const closure = closed(program, root, {}, ['libgcc_s.so.1']);
  assert.equal(closureNotes(closure).length, 1);
  assert.deepEqual(closure.members[0]!.neededBy, ['--with']);
});
