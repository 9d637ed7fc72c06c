/**
 * `targetry cc --libc alpine-…`, where Alpine's servers can't be counted on: a local one stands in for them. It has Alpine's own
 * index, of which the choice of packages is Alpine's; and for what is compiled, the libc of Alpine's own root, with
 * headers and start files of musl from Debian in the places where Alpine's musl-dev has them.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Alpine, apkData, noAlpine } from '../alpine.ts';
import { apkRepository } from '../apk-repository.ts';
import { signingKey, type TarMember } from '../archives.ts';
import { targetry, whyNoBuilds, type Answer } from '../build/command-line.ts';
import { removeWithStore } from '../late-note.ts';
import { copyOfProgram } from '../program.ts';
import { serve } from '../unit/packages/local-server.ts';

const skip = noAlpine('3.19.4', '3.20.3') || (await whyNoBuilds());
const realIndex = join(apkData, 'alpine-3.16-x86_64-APKINDEX.tar.gz');
const key = signingKey('test-1234.rsa.pub');

test(
  'what Alpine’s own index has for C and for C++ is asked for',
  { skip: skip || (!existsSync(realIndex) && `${realIndex} is missing`) },
  async (t) => {
    const files = new Map([['v3.16/main/x86_64/APKINDEX.tar.gz', readFileSync(realIndex)]]);
    const { cc, asked } = await machine(t, '3.16', files);
    const packagesOf = () =>
      asked.flatMap((path) => /\/x86_64\/([^/]+)-\d[^/]*-r\d+\.apk$/.exec(path)?.[1] ?? []);
    const c = await cc('cc', '-c', 'a.c');
    assert.equal(c.exit, 3);
    assert.match(c.stderr, /musl\S*-1\.2\.3-r2\.apk of alpine 3\.16 main can't be had any more/);
    assert.deepEqual([...new Set(packagesOf())].sort(), ['musl', 'musl-dev']);
    asked.length = 0;
    const cxx = await cc('c++', '-c', 'a.cc');
    assert.equal(cxx.exit, 3);
    assert.match(cxx.stderr, /of alpine 3\.16 main can't be had any more/);
  },
);

const program = `#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
static void *work(void *n) { *(int *)n = 42; return n; }
int main(void) {
  pthread_t thread; int n = 0;
  if (pthread_create(&thread, 0, work, &n) || pthread_join(thread, 0)) return 1;
  printf("%d %s\\n", n, strerror(ENOENT));
}
`;

test(
  'static and dynamic programs are linked as Alpine’s files lie, and run in Alpine',
  { skip },
  async (t) => {
    const alpine = new Alpine('3.20.3');
    t.after(() => alpine.remove());
    const packages = [
      { pkgname: 'musl', pkgver: '1.2.5-r0', files: runtimeOf(alpine) },
      { pkgname: 'musl-dev', pkgver: '1.2.5-r0', fields: { depend: 'musl' }, files: await muslDev(t) },
    ];
    const made = await apkRepository(packages, key, { modified: 1_716_000_000 });
    const files = new Map([...made].map(([path, bytes]) => [`v3.20/main/${path}`, bytes]));
    const { cc, folder } = await machine(t, '3.20', files);
    writeFileSync(join(folder, 'a.c'), program);
    for (const [name, ...words] of [['dynamic'], ['static', '-static']] as const) {
      const { exit, stderr } = await cc('cc', 'a.c', '-pthread', '-ldl', '-lrt', '-o', name, ...words);
      assert.equal(exit, 0, stderr);
      assert.equal(stderr, '');
    }
    const { stdout } = await targetry(['audit', 'dynamic', '--format', 'json'], { cwd: folder });
    const [{ elfs }] = JSON.parse(stdout).artifacts;
    assert.equal(elfs[0].interpreter, '/lib/ld-musl-x86_64.so.1');
    assert.deepEqual(elfs[0].needed, ['libc.musl-x86_64.so.1']);
    const older = new Alpine('3.19.4');
    t.after(() => older.remove());
    for (const system of [alpine, older]) {
      system.bring(folder, 'opt');
      for (const name of ['dynamic', 'static'])
        assert.equal(
          execFileSync('chroot', [system.folder, `/opt/${name}`], { encoding: 'utf8' }),
          '42 No such file or directory\n',
        );
    }
  },
);

interface Machine {
  readonly folder: string;
  readonly asked: string[];
  readonly cc: (language: 'cc' | 'c++', ...words: readonly string[]) => Promise<Answer>;
}

/** The program that users get, with one key more, and a server that has the files and an index of nothing for community. */
async function machine(t: TestContext, release: string, files: Map<string, Buffer>): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-alpine-cc-'));
  t.after(() => removeWithStore(folder));
  for (const [path, bytes] of await apkRepository([], key, { modified: 1_716_000_000 }))
    files.set(`v${release}/community/${path}`, bytes);
  const { url, asked } = await serve(t, (request, response) => {
    const bytes = files.get(decodeURIComponent(request.url!.slice(1)));
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  const program = join(folder, 'program');
  const main = copyOfProgram(program);
  const keys = join(program, 'data/distros/alpine-keys');
  writeFileSync(join(keys, key.name), key.publicPem);
  const table = JSON.parse(readFileSync(join(keys, 'keys.json'), 'utf8'));
  table.x86_64.push(key.name);
  writeFileSync(join(keys, 'keys.json'), JSON.stringify(table));
  const env = { PATH: process.env['PATH'], HOME: folder, TARGETRY_STORE: join(folder, 'store') };
  const cc: Machine['cc'] = (language, ...words) => {
    const args = [main, language, '--libc', `alpine-${release}`, '--mirror', url, ...words];
    const child = spawn(process.execPath, args, { cwd: folder, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done) => {
      child.on('close', (code, signal) => done({ exit: code ?? signal!, stdout, stderr }));
    });
  };
  return { folder, asked, cc };
}

/** Of Alpine's package `musl`. */
function runtimeOf({ folder }: Alpine): readonly TarMember[] {
  const loader = 'lib/ld-musl-x86_64.so.1';
  return [
    { path: loader, mode: 0o755, bytes: readFileSync(join(folder, loader)) },
    { path: 'lib/libc.musl-x86_64.so.1', type: '2', linkTarget: 'ld-musl-x86_64.so.1' },
  ];
}

/** As Alpine's musl-dev has it. */
async function muslDev(t: TestContext): Promise<readonly TarMember[]> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-musl-dev-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const yaml = 'name: x\nenvironments: { it: { debian: bookworm, packages: [musl-dev] } }\n';
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  const made = await targetry(['sysroot', 'it', '--arch', 'x64', '-o', 'out'], { cwd: folder });
  assert.equal(made.exit, 0, made.stderr);
  const members = (from: string, to: string, form: RegExp): TarMember[] =>
    readdirSync(join(folder, 'out', from), { recursive: true, encoding: 'utf8' })
      .filter((name) => form.test(name) && statSync(join(folder, 'out', from, name)).isFile())
      .map((name) => ({ path: `${to}/${name}`, bytes: readFileSync(join(folder, 'out', from, name)) }));
  return [
    ...members('usr/include/x86_64-linux-musl', 'usr/include', /\.h$/),
    ...members('usr/lib/x86_64-linux-musl', 'usr/lib', /^(?:\w*crt\w\.o|libc\.a)$/),
    { path: 'usr/lib/libc.so', type: '2', linkTarget: '/lib/ld-musl-x86_64.so.1' },
  ];
}
