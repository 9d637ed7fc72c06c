/** The function of `sh` runs here on symbol tables that the test writes, and says what the linker would take. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findLibraries } from '../../../src/toolchain/find-libraries.ts';
import { lookAhead } from '../../../src/toolchain/link-ahead.ts';

/** `names`: what `nm` says of a file, `symbol type`, or for archives by their members. */
type Symbols = readonly string[] | Readonly<Record<string, readonly string[]>>;

function line(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-ahead-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lib'));
  const put = (name: string, text: string, mode = 0o644) => writeFileSync(join(folder, name), text, { mode });
  put('nm', '#!/bin/sh\nshift 2\nfor one; do cat "$one.nm"; done\n', 0o755);
  put('readelf', '#!/bin/sh\ncat "$3.symbols"\n', 0o755);
  const tools = { nm: './nm', readelf: './readelf', sysroot: '', most: 31 };
  put('ahead', `set -f\n${findLibraries}\n${lookAhead(tools)}\nahead "$@"\n`);
  const shared = (name: string, ...symbols: readonly string[]) => {
    put(name, '\u007FELF');
    const row = (symbol: string) => `  7: 00f0 42 FUNC GLOBAL DEFAULT ${symbol}\n`;
    put(`${name}.symbols`, symbols.map(row).join(''));
  };
  shared(
    'lib/libc.so.6',
    '12 puts@@GLIBC_2.2.5',
    '12 stat@@GLIBC_2.33',
    '12 dlopen@@GLIBC_2.34',
    '12 dlopen@GLIBC_2.2.5',
  );
  put(
    'lib/libc.so',
    '/* a script */\nGROUP ( /nowhere/libc.so.6  AS_NEEDED ( /nowhere/ld-linux-x86-64.so.2 ) )\n',
  );
  return {
    put,
    shared,
    linked: (name: string, symbols: Symbols, text = '') => {
      put(name, text);
      const units = Array.isArray(symbols)
        ? [[name, symbols as readonly string[]] as const]
        : Object.entries(symbols).map(
            ([member, own]) => [`${name}[${member}]`, own as readonly string[]] as const,
          );
      put(`${name}.nm`, units.flatMap(([unit, own]) => own.map((one) => `${unit}: ${one} 0 0\n`)).join(''));
    },
    ahead: (...words: readonly string[]) => {
      const { stdout, stderr } = spawnSync('sh', ['ahead', ...words], { cwd: folder, encoding: 'utf8' });
      assert.equal(stderr, '');
      return stdout.split('\n').filter(Boolean);
    },
  };
}

const libc = ['-Llib', '-lc'];

test('what an object takes from a newer glibc is known before it is linked, newest first', (t) => {
  const { linked, ahead } = line(t);
  linked('a.o', ['late T', 'puts U', 'stat U']);
  linked('b.o', ['main T', 'dlopen U', 'late U']);
  assert.deepEqual(ahead('-o', 'x', 'a.o', 'b.o', ...libc), [
    '34 dlopen GLIBC_2.34 b.o',
    '33 stat GLIBC_2.33 a.o',
  ]);
});

test('of an archive only the members count that something before it asks for, and what they ask for in turn', (t) => {
  const { linked, ahead } = line(t);
  linked('main.o', ['main T', 'first U']);
  linked('lib/libown.a', {
    'second.o': ['second T', 'stat U'],
    'first.o': ['first T', 'second U'],
    'other.o': ['other T', 'dlopen U'],
  });
  assert.deepEqual(ahead('main.o', '-Llib', '-lown', ...libc), ['33 stat GLIBC_2.33 lib/libown.a(second.o)']);
  assert.deepEqual(ahead('lib/libown.a', 'main.o', ...libc), []);
});

test('a member of an archive is left out where an object or a shared library before it has what is asked for', (t) => {
  const { linked, shared, ahead } = line(t);
  linked('main.o', ['main T', 'first U']);
  linked('first.o', ['first T']);
  shared('lib/libfirst.so', '12 first');
  linked('lib/libown.a', { 'first.o': ['first T', 'stat U'] });
  for (const before of ['first.o', 'lib/libfirst.so'])
    assert.deepEqual(ahead('main.o', before, 'lib/libown.a', ...libc), [], before);
  assert.equal(ahead('main.o', 'lib/libown.a', ...libc).length, 1);
});

test('a project with a function of its own by the name of a newer one of glibc is linked', (t) => {
  const { linked, shared, ahead } = line(t);
  linked('main.o', ['main T', 'stat U', 'dlopen w']);
  linked('compat.o', ['stat T']);
  linked('lib/libcompat.a', { 'stat.o': ['stat W'] });
  shared('lib/libstat.so', '12 stat', 'UND dlopen@GLIBC_2.34 (3)');
  for (const own of ['compat.o', 'lib/libcompat.a', 'lib/libstat.so'])
    assert.deepEqual(ahead('main.o', own, ...libc), [], own);
  assert.deepEqual(ahead('main.o', ...libc, 'compat.o'), []);
  assert.deepEqual(ahead('main.o', ...libc, 'lib/libstat.so'), ['33 stat GLIBC_2.33 main.o']);
});

test('what only the linker can know is left to it', (t) => {
  const { linked, put, ahead } = line(t);
  linked('main.o', ['main T', 'stat U']);
  for (const words of [['--gc-sections'], ['--wrap=stat'], ['--defsym', 'stat=late'], ['-r'], ['-static']])
    assert.deepEqual(ahead(...words, 'main.o', ...libc), [], words.join(' '));
  linked('lto.o', ['stat U'], 'a section: .gnu.lto_.opts');
  assert.deepEqual(ahead('lto.o', ...libc), []);
  put('strange.o', '');
  put('strange.o.nm', 'nm: strange.o: file format not recognized\n');
  assert.deepEqual(ahead('main.o', 'strange.o', ...libc), []);
  put('strange.o.nm', 'nm: strange.o: no symbols\n');
  assert.equal(ahead('main.o', 'strange.o', ...libc).length, 1);
});
