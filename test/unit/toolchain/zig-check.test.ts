/** The script runs here, before a Zig that only says which glibc it would take. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkingZig } from '../../../src/toolchain/zig-check.ts';

const real = `#!/bin/sh
[ "$2" = --show-builtin ] && printf '        .glibc = .{\\n            .major = 2,\\n            .minor = 31,\\n' || echo "zig $*"
`;

function machine(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-zig-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'real'), real, { mode: 0o755 });
  writeFileSync(join(folder, 'zig'), checkingZig(join(folder, 'real')), { mode: 0o755 });
  writeFileSync(join(folder, 'lib/libssl.so'), 'ELF\0GLIBC_2.17\0GLIBC_2.33\0OPENSSL_3.0.0\0');
  writeFileSync(join(folder, 'lib/libdl.so'), 'ELF\0GLIBC_2.34\0');
  return (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'zig'), args, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, said: stderr.split('\n').filter(Boolean) };
  };
}

const linking = ['main.c', '-Llib', '-lssl', '-ldl'];

test('a target without a version is told which glibc zig takes for it, and both cures', (t) => {
  const zig = machine(t);
  const { status, stdout, said } = zig('cc', '-target', 'aarch64-linux-gnu', ...linking);
  assert.deepEqual([status, stdout], [1, '']);
  assert.deepEqual(said, [
    'targetry: lib/libssl.so was built for glibc 2.33, and aarch64-linux-gnu names none, for which zig takes 2.31',
    'targetry: take its build of an older release; or name the floor, -target aarch64-linux-gnu.2.33, and promise glibc:2.33',
  ]);
  const older = zig('build-exe', ...linking, '-target', 'arm-linux-gnueabihf.2.28');
  assert.match(older.said[0] ?? '', /and arm-linux-gnueabihf\.2\.28 has 2\.28$/);
  assert.match(older.said[1] ?? '', /-target arm-linux-gnueabihf\.2\.33,/);
});

test('all else goes to zig as it is', (t) => {
  const zig = machine(t);
  const others = [
    ['cc', '--target=aarch64-linux-gnu.2.34', ...linking],
    ['cc', '-target', 'aarch64-linux-musl', ...linking],
    ['cc', '-target', 'aarch64-linux-gnu', '-c', ...linking],
    ['cc', '-target', 'aarch64-linux-gnu', 'main.c', '-Llib', '-ldl'],
    ['cc', ...linking],
    ['build', '-Dtarget=aarch64-linux-gnu'],
    [],
  ];
  for (const args of others)
    assert.deepEqual(zig(...args), { status: 0, stdout: `zig ${args.join(' ')}\n`, said: [] });
});
