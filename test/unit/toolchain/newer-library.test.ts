import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { CommandRequest } from '../../../src/toolchain/compile-command.ts';
import { newerLibrary } from '../../../src/toolchain/newer-library.ts';
import { sysrootLayout } from '../../../src/toolchain/sysroot-layout.ts';
import { makeElf } from '../../elf-maker.ts';

const layout = sysrootLayout({
  format: 'deb',
  libc: 'glibc',
  arch: 'x64',
  packages: [{ name: 'libc6', version: '2.31-13' }],
});

const library = (glibc: string) =>
  makeElf({
    type: 3,
    machine: 62,
    needed: ['libc.so.6'],
    versions: [{ library: 'libc.so.6', version: `GLIBC_${glibc}` }],
    symbols: [{ name: 'stat', version: 0 }],
  });

/** Libraries of a sysroot, of the user's folder and of the machine, where the compiler says that they are. */
function machine(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-newer-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const own = 'S/usr/lib/x86_64-linux-gnu';
  for (const path of [own, 'vendor', 'machine']) mkdirSync(join(folder, path), { recursive: true });
  const put = (path: string, bytes: Buffer | string) =>
    writeFileSync(join(folder, path), bytes, { mode: 0o755 });
  put(`${own}/libz.so`, library('2.14'));
  put('vendor/libnew.so', library('2.33'));
  put('vendor/libscript.so', 'INPUT(libnew.so)');
  put('machine/libssl.so', library('2.34'));
  put('machine/libz.so', library('2.34'));
  const name = '${1#-print-file-name=}';
  put(
    'gcc',
    `#!/bin/sh\n[ -f "${folder}/machine/${name}" ] && echo "${folder}/machine/${name}" || echo "${name}"\n`,
  );
  const request = { family: 'gcc', language: 'c', layout, sysroot: join(folder, 'S') } as const;
  const nothing = { own: undefined, runtime: undefined, prefix: undefined };
  return (args: readonly string[], changed: Partial<CommandRequest> = {}) => {
    const asked = { ...request, ...nothing, program: join(folder, 'gcc'), args, ...changed };
    const found = newerLibrary(asked, folder);
    return found && [found.path.slice(folder.length + 1), found.glibc];
  };
}

test('a library of the machine or of a folder that needs a newer glibc than the release has is found', (t) => {
  const newer = machine(t);
  assert.deepEqual(newer(['a.c', '-Lvendor', '-lnew']), ['vendor/libnew.so', '2.33']);
  assert.deepEqual(newer(['a.c', '-L', 'vendor', '-l', 'new']), ['vendor/libnew.so', '2.33']);
  assert.deepEqual(newer(['a.c', 'vendor/libnew.so']), ['vendor/libnew.so', '2.33']);
  assert.deepEqual(newer(['a.c', '-lz', '-lssl']), ['machine/libssl.so', '2.34']);
});

test('what the sysroot has, what is not linked and what nothing is known of is left alone', (t) => {
  const newer = machine(t);
  for (const args of [
    ['a.c', '-lz', '-lmissing'],
    ['a.c', '-Lvendor', '-lscript'],
    ['-c', 'a.c', '-Lvendor', '-lnew'],
    ['-static', 'a.c', '-Lvendor', '-lnew'],
  ])
    assert.equal(newer(args), undefined, args.join(' '));
  const runtime = { includes: [], libraries: [], startFiles: [] };
  assert.equal(newer(['a.c', '-Lvendor', '-lnew'], { runtime }), undefined);
});
