/** Roots that come whole, and tools in them, through the command line and from the real registries of this machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { tarballOf } from '../alpine.ts';
import { apkRepository, asFolder, type TestApk } from '../apk-repository.ts';
import { signingKey } from '../archives.ts';
import { targetry, whyNoBuilds } from '../build/command-line.ts';
import { imageRegistry } from '../image-registry.ts';

const RELEASE = '3.20.3';
const arm64Tarball = tarballOf(RELEASE).replace('x86_64', 'aarch64');
const missing = [tarballOf(RELEASE), arm64Tarball].find((path) => !existsSync(path));
const elsewhere = process.arch === 'x64' ? missing && `${missing} is missing` : 'needs x64';
const why = elsewhere ?? (await whyNoBuilds());

/** Of this run alone: a step whose result a store has says nothing. */
const now = `: ${Date.now()}`;

const HELLO_C = '#include <stdio.h>\nint main(void) { return puts("hello from C") < 0; }\n';
const HELLO_CC =
  '#include <stdio.h>\ntemplate <int... n> int count() { return sizeof...(n); }\nint main() { return printf("hello from C++ %d\\n", count<1, 2>()) < 0; }\n';

/**
 * Zig compiles its libraries itself, for a minute each: there is one static libc, no library of C++, and by -O2 none that
 * tells of undefined behaviour.
 */
const ZIG = `name: hello
environments:
  local:
    rootfs: rootfs.tar.gz
    tools: { pypi: [ziglang==0.15.1] }
targets:
  linux-x64-musl: { environment: local, arch: x64, libc: musl, env: { TRIPLE: x86_64-linux-musl }, promise: [static] }
  linux-arm64-musl:
    { environment: local, arch: arm64, builder: x64, libc: musl, env: { TRIPLE: aarch64-linux-musl -dynamic }, promise: [musl] }
steps:
  - { name: c, run: "${now}; mkdir out; zig cc -O2 -target $TRIPLE -o out/hello hello.c" }
  - { name: c++, run: "zig c++ -O2 -nostdlib++ -target $TRIPLE -o out/hello++ hello.cc" }
  - { name: run, run: "out/hello; out/hello++", only: { arch: x64 } }
artifacts:
  - { path: out/hello, as: "hello-{target}", kind: executable }
  - { path: out/hello++, as: "hello++-{target}", kind: executable }
`;

const RUN = `name: run
environments:
  local: { rootfs: rootfs }
targets:
  linux-arm64-musl: { environment: local, arch: arm64, libc: musl }
steps:
  - { name: run, run: "${now}; uname -m; ./hello; ./hello++; mkdir out; cat /etc/alpine-release >out/release" }
artifacts:
  - { path: out/release, kind: file }
`;

describe('a root filesystem of the user', { skip: why }, () => {
  it('compiles C and C++ for two CPUs with the Zig that the environment names, and the programs run', async (t) => {
    const files = { 'targetry.yaml': ZIG, 'hello.c': HELLO_C, 'hello.cc': HELLO_CC };
    const folder = asFolder(t, new Map(Object.entries(files)));
    copyFileSync(tarballOf(RELEASE), join(folder, 'rootfs.tar.gz'));
    const built = await targetry(['build', '--progress', 'plain'], { cwd: folder });
    assert.equal(built.exit, 0, built.stderr);
    assert.match(built.stderr, /run \| hello from C\n.*run \| hello from C\+\+ 2\n/);
    assert.match(built.stdout, /is +aarch64, dynamic, musl\n/);

    const other = asFolder(t, new Map([['targetry.yaml', RUN]]));
    for (const name of ['hello', 'hello++'])
      copyFileSync(join(folder, `dist/${name}-linux-arm64-musl`), join(other, name));
    mkdirSync(join(other, 'rootfs'));
    execFileSync('tar', ['-xzf', arm64Tarball, '-C', join(other, 'rootfs')]);
    const run = await targetry(['build', '--progress', 'plain'], { cwd: other });
    assert.equal(run.exit, 0, run.stderr);
    assert.match(run.stderr, /run \| aarch64\n.*run \| hello from C\n.*run \| hello from C\+\+ 2\n/);

    const wrong = await targetry(['lock', '--arch', 'x64'], { cwd: other });
    assert.equal(wrong.exit, 2, wrong.stderr);
    assert.match(wrong.stderr, /rootfs is for aarch64, and would be used for x86_64/);
  });
});

const APK = `name: apk
environments:
  local: { rootfs: rootfs.tar.gz }
targets:
  linux-x64-musl: { environment: local, arch: x64, libc: musl }
steps:
  - name: add
    run: |
      cp test.rsa.pub /etc/apk/keys/
      apk add --no-network --repositories-file /dev/null --repository /src/repository greeter
  - { name: use, run: "apk info | grep -x greeting; mkdir out; greet >out/said; stat -c %u:%g /usr/bin/greet >>out/said" }
artifacts:
  - { path: out/said, kind: file }
`;

describe('the apk of a root filesystem', { skip: why }, () => {
  it('adds packages of a repository in the source, with what they depend on and their scripts', async (t) => {
    const key = signingKey('test.rsa.pub');
    const script = '#!/bin/sh\necho "hello from $(cat /etc/greeting) and $(cat /etc/installed)"\n';
    const folders = (...paths: readonly string[]) =>
      paths.map((path) => ({ path: `${path}/`, type: '5', mode: 0o755 }));
    const packages: TestApk[] = [
      {
        pkgname: 'greeter',
        pkgver: '1.0-r0',
        fields: { depend: 'greeting' },
        files: [...folders('usr', 'usr/bin'), { path: 'usr/bin/greet', bytes: script, mode: 0o755 }],
        scripts: { 'post-install': '#!/bin/sh\necho its script >/etc/installed\n' },
      },
      {
        pkgname: 'greeting',
        pkgver: '2.0-r1',
        files: [...folders('etc'), { path: 'etc/greeting', bytes: 'apk' }],
      },
    ];
    const repository = await apkRepository(packages, key);
    const folder = asFolder(
      t,
      new Map([
        ['targetry.yaml', APK],
        [key.name, key.publicPem],
      ]),
    );
    for (const [path, bytes] of repository) {
      mkdirSync(dirname(join(folder, 'repository', path)), { recursive: true });
      writeFileSync(join(folder, 'repository', path), bytes);
    }
    copyFileSync(tarballOf(RELEASE), join(folder, 'rootfs.tar.gz'));
    const built = await targetry(['build'], { cwd: folder });
    assert.equal(built.exit, 0, built.stderr);
    assert.equal(readFileSync(join(folder, 'dist/said'), 'utf8'), 'hello from apk and its script\n0:0\n');
  });
});

const PNPM = `name: pnpm
environments:
  debian-12:
    debian: bookworm
    packages: [nodejs]
    tools: { npm: [pnpm@10.20.0, esbuild@0.25.0], pypi: [rust-just==1.43.0] }
targets:
  linux-x64-gnu: { environment: debian-12, arch: x64 }
steps:
  - { name: tools, run: "${now}; which pnpm; pnpm --version; echo 'let a: number = 1' | esbuild --loader=ts; just --version" }
  - { name: report, run: "mkdir out; pnpm --version >out/version" }
artifacts:
  - { path: out/version, kind: file }
`;

describe('tools of npm in a root of Debian', { skip: why }, () => {
  it('run with the Node of the distro, those with a program for each platform too', async (t) => {
    const folder = asFolder(t, new Map([['targetry.yaml', PNPM]]));
    const built = await targetry(['build', '--progress', 'plain'], { cwd: folder });
    assert.equal(built.exit, 0, built.stderr);
    assert.match(
      built.stderr,
      /tools \| \/usr\/local\/bin\/pnpm\n.*tools \| 10\.20\.0\n.*tools \| let a = 1;\n.*tools \| just 1\.43\.0\n/,
    );
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    assert.match(lock, /"name": "@esbuild\/linux-x64", "version": "0\.25\.0", "of": "esbuild"/);
    assert.doesNotMatch(lock, /https?:/);
  });
});

const IMAGE = `name: image
environments:
  alpine: { image: "HOST/tools/gcc:1", tools: { pypi: [rust-just==1.43.0] } }
targets:
  linux-x64-musl: { environment: alpine, arch: x64, libc: musl }
steps:
  - { name: look, run: "${now}; cat /etc/alpine-release; echo $GREETING; echo $PATH; just --version; apk --version" }
  - { name: report, run: "mkdir out; echo x >out/x" }
artifacts:
  - { path: out/x, kind: file }
`;

describe('an image of a registry', { skip: why }, () => {
  it('is the root in which steps run, with the variables of the image and tools before its PATH', async (t) => {
    const layers = [readFileSync(tarballOf(RELEASE))];
    const env = ['GREETING=hello', 'PATH=/opt/bin:/usr/bin:/bin:/sbin'];
    const images = [
      { architecture: 'arm64', layers: [readFileSync(arm64Tarball)] },
      { architecture: 'amd64', layers, env },
    ];
    const { host } = await imageRegistry(t, images);
    const folder = asFolder(t, new Map([['targetry.yaml', IMAGE.replace('HOST', host)]]));
    const built = await targetry(['build', '--progress', 'plain'], { cwd: folder });
    assert.equal(built.exit, 0, built.stderr);
    const said = [...built.stderr.matchAll(/look \| (.*)\n/g)].map(([, line]) => line);
    assert.deepEqual(said, [
      RELEASE,
      'hello',
      '/usr/local/bin:/opt/bin:/usr/bin:/bin:/sbin',
      'just 1.43.0',
      'apk-tools 2.14.4, compiled for x86_64.',
    ]);
  });
});
