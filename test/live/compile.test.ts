/** `targetry cc` with musl: what comes out is run where there is no other musl, and in Alpine's own roots. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Alpine, noAlpine } from '../alpine.ts';
import { targetry } from '../build/command-line.ts';
import { debianSource, sources } from '../debian-sources.ts';

const releases = ['3.12.12', '3.16.9', '3.19.4', '3.20.3'];
const skip = noAlpine(...releases);

const program = `#include <pthread.h>
#include <stdio.h>
#include <string.h>
#ifdef LIBRARY
int twice(int n) { return 2 * n; }
#else
int twice(int n);
static void *work(void *n) { *(int *)n = twice(21); return n; }
int main(void) {
  pthread_t thread; int n = 0;
  if (pthread_create(&thread, 0, work, &n) || pthread_join(thread, 0)) return 1;
  printf("%d %s\\n", n, strerror(0));
}
#endif
`;

const ownText = 'No error in this libc';

function project(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-cc-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.c'), program);
  return folder;
}

async function cc(folder: string, ...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await targetry(['cc', '--libc', 'debian-11+musl-dev', ...args], {
    cwd: folder,
  });
  assert.equal(exit, 0, stderr);
  return stdout;
}

const run = (root: string, ...args: readonly string[]) =>
  execFileSync('chroot', [root, ...args], { encoding: 'utf8' });

test(
  'static and dynamic programs with threads, and a shared library, run in every Alpine',
  { skip },
  async (t) => {
    const folder = project(t);
    await cc(folder, '-DLIBRARY', '-shared', '-fPIC', 'a.c', '-o', 'libtwice.so');
    await cc(folder, '-DLIBRARY', '-c', 'a.c', '-o', 'twice.o');
    await cc(folder, 'a.c', '-L.', '-ltwice', '-pthread', '-ldl', '-lrt', '-o', 'dynamic');
    await cc(folder, '-static', 'a.c', 'twice.o', '-pthread', '-o', 'static');
    assert.equal(run('/', join(folder, 'static')), '42 No error information\n');
    for (const release of releases) {
      const alpine = new Alpine(release);
      t.after(() => alpine.remove());
      alpine.bring(folder, 'opt');
      for (const name of ['static', 'dynamic'])
        assert.equal(
          run(alpine.folder, '/bin/sh', '-c', `LD_LIBRARY_PATH=/opt /opt/${name}`),
          '42 No error information\n',
          `${name} on ${release}`,
        );
    }
  },
);

test(
  'a musl of our own comes before the one of the release, and all is found below a prefix',
  { skip },
  async (t) => {
    const folder = project(t);
    const source = join(folder, 'musl');
    mkdirSync(source);
    execFileSync('tar', ['-xf', await debianSource(sources.musl), '-C', source, '--strip-components=1']);
    const texts = join(source, 'src/errno/__strerror.h');
    writeFileSync(texts, readFileSync(texts, 'utf8').replace('"No error information"', `"${ownText}"`));
    const sh = (command: string) => execFileSync('sh', ['-ec', command], { cwd: source, stdio: 'ignore' });
    // Each file is compiled once: what is for the shared library serves the archive too.
    sh(
      `CFLAGS=-O0 ./configure --prefix="$PWD/made" --syslibdir="$PWD/made/lib" && make -j2 AOBJS='$(LOBJS)' install`,
    );

    const places = ['--prefix', '/opt/demo', '--runtime', 'musl/made'];
    await cc(folder, ...places, '-DLIBRARY', '-shared', '-fPIC', 'a.c', '-o', 'libtwice.so');
    await cc(folder, ...places, 'a.c', '-L.', '-ltwice', '-pthread', '-o', 'dynamic');
    await cc(folder, ...places, '-DLIBRARY', '-static', '-c', 'a.c', '-o', 'twice.o');
    await cc(folder, ...places, '-static', 'a.c', 'twice.o', '-pthread', '-o', 'static');
    const audit = await targetry(['audit', 'dynamic', 'libtwice.so', '--format', 'json'], { cwd: folder });
    const [dynamic, library] = JSON.parse(audit.stdout).artifacts.map(
      ({ elfs }: { elfs: unknown[] }) => elfs[0],
    );
    assert.equal(dynamic.interpreter, '/opt/demo/lib/ld-musl-x86_64.so.1');
    for (const { rpath } of [dynamic, library]) assert.equal(rpath, '/opt/demo/lib');

    const root = join(folder, 'root');
    mkdirSync(join(root, 'opt/demo/lib'), { recursive: true });
    mkdirSync(join(root, 'opt/demo/bin'));
    const lib = (from: string, name: string) =>
      copyFileSync(join(folder, from), join(root, 'opt/demo/lib', name));
    lib('musl/made/lib/libc.so', 'ld-musl-x86_64.so.1');
    lib('libtwice.so', 'libtwice.so');
    for (const name of ['static', 'dynamic']) {
      copyFileSync(join(folder, name), join(root, 'opt/demo/bin', name));
      assert.equal(run(root, `/opt/demo/bin/${name}`), `42 ${ownText}\n`);
    }
    const explained = await cc(folder, ...places, '--explain', 'a.c');
    assert.match(explained, /libraries are looked for in:\n {2}\S*\/musl\/made\/lib\/\n/);
  },
);

test('options that exclude each other are refused before anything is compiled', { skip }, async (t) => {
  const { exit, stderr } = await targetry(['cc', '--libc', 'musl', '-static', '-dynamic', 'a.c'], {
    cwd: project(t),
  });
  assert.equal(exit, 2);
  assert.match(stderr, /^error: `-static` and `-dynamic` were both asked for \[compile-contradiction\]/);
});
