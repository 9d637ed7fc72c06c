/**
 * A new gcc and an old libc, for both CPUs on one: unchanged projects are compiled against a sysroot, keep the promise of
 * its release, and run in real roots of that release and the next, where the foreign CPU is emulated.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { targetry, whyNoBuilds } from '../build/command-line.ts';
import { debianSource, sources } from '../debian-sources.ts';

const skip = process.arch === 'x64' ? await whyNoBuilds() : 'needs x64, so that arm64 is another CPU';

/** By suite, as mirrors lose what the security suite of an old release has for CPUs that are not its own. */
const ofRelease = (...names: readonly string[]) => names.map((name) => `${name}/bullseye`).join(', ');
const krb5 = ['libkrb5-3', 'libk5crypto3', 'libkrb5support0', 'libgssapi-krb5-2', 'libcom-err2'];
const sysroot = `[${ofRelease('libc6-dev', 'linux-libc-dev', 'libssl1.1', ...krb5)}, libstdc++-10-dev]`;
const login = ['login', 'libpam0g', 'libpam-modules', 'libpam-modules-bin', 'libpam-runtime', 'perl-base'];
const others = ['dpkg', 'libc-bin', 'libc6', 'libssl1.1', 'liblzma5', 'libsystemd0', 'libudev1', 'zlib1g'];

const environment = `name: made
version: 1
environments:
  modern:
    debian: trixie
    packages: [gcc, g++, gcc-aarch64-linux-gnu, g++-aarch64-linux-gnu, make, cmake, ninja-build]
    sysroot: { debian: bullseye, packages: ${sysroot} }
matrix: { environment: [modern], arch: [x64, arm64], name: "{arch}", promise: ["glibc:2.31"] }
`;

const cxx = `#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>
static int down(int n) { if (n == 0) throw std::out_of_range("deep"); return down(n - 1) + 1; }
int main() {
  std::vector<std::thread> threads;
  std::vector<int> caught(4);
  for (int &one : caught)
    threads.emplace_back([&one] { try { down(20); } catch (const std::out_of_range &) { one = 1; } });
  for (auto &one : threads) one.join();
  int sum = 0;
  for (int one : caught) sum += one;
  std::cout << "caught " << sum << std::endl;
}
`;

const c = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
static void *work(void *d) { *(double *)d = exp(strtod("1", 0)); return d; }
int main(void) {
  pthread_t thread; double d; struct stat s;
  if (pthread_create(&thread, 0, work, &d) || pthread_join(thread, 0) || stat("/", &s)) return 1;
  printf("%.3f %s\\n", d, dlsym(RTLD_DEFAULT, "nothing") ? "odd" : "even");
}
`;

test(
  'C and C++ with threads and exceptions, dynamic and static, from trixie for bullseye',
  { skip },
  async (t) => {
    const programs = ['c', 'c-static', 'cxx', 'cxx-lib', 'cxx-static'];
    const made = folderWith(t, {
      'a.c': c,
      'a.cc': cxx,
      'targetry.yaml': `${environment}
steps:
  - name: compile
    run: |
      mkdir out
      $CC -O2 a.c -o out/c -pthread -ldl -lm
      $CC -O2 a.c -o out/c-static -static -pthread -ldl -lm
      $CXX -O2 a.cc -o out/cxx -pthread
      $CXX -O2 -std=c++20 a.cc -o out/cxx-lib -pthread -static-libstdc++ -static-libgcc
      $CXX -O2 a.cc -o out/cxx-static -static -pthread
artifacts:
${programs.map((name) => `  - { path: out/${name}, as: "{target}/${name}", kind: executable }`).join('\n')}
`,
    });
    await build(made);
    const answers = await runIn(t, join(made, 'dist'), programs);
    for (const [root, said] of answers) {
      const lines = programs.map((name) => `${name}: ${name.startsWith('cxx') ? 'caught 4' : '2.718 even'}`);
      assert.equal(said, `${lines.join('\n')}\n`, root);
    }
  },
);

test(
  'cjson and jsoncpp with CMake, zlib with a configure script, unchanged, for both CPUs',
  { skip },
  async (t) => {
    const cmake = 'cmake -S . -B b -G Ninja -DCMAKE_BUILD_TYPE=Debug -DBUILD_SHARED_LIBS=OFF';
    const projects = [
      {
        source: sources.cjson,
        run: `${cmake}; cmake --build b --target cJSON_test`,
        program: 'b/cJSON_test',
      },
      {
        source: sources.jsoncpp,
        run: `${cmake}; cmake --build b --target jsontestrunner_exe`,
        program: 'b/bin/jsontestrunner_exe',
      },
      { source: sources.zlib, run: 'CFLAGS=-O1 ./configure; make minigzip', program: 'minigzip' },
    ];
    const made = mkdtempSync(join(tmpdir(), 'targetry-made-'));
    t.after(() => rmSync(made, { recursive: true, force: true }));
    for (const { source, run, program } of projects) {
      const yaml = `${environment}
steps: [{ name: compile, run: "${run}" }]
artifacts: [{ path: ${program}, as: "{target}/${basename(program)}", kind: executable }]
`;
      const folder = folderWith(t, { 'targetry.yaml': yaml }, await debianSource(source));
      await build(folder);
      cpSync(join(folder, 'dist'), made, { recursive: true });
    }
    const commands = [
      'minigzip < in.json | od -An -tx1 -N2',
      'jsontestrunner_exe in.json && tail -1 in.actual',
      'cJSON_test | head -1',
    ];
    for (const [root, said] of await runIn(t, made, commands)) {
      assert.match(
        said,
        /-N2: {2}1f 8b\n.*in\.actual: \.\[0\]=1\.5\ncJSON_test | head -1: Version: 1\.7\.15\n/,
        root,
      );
    }
  },
);

function folderWith(t: TestContext, files: Readonly<Record<string, string>>, tarball?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-sysroot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (tarball !== undefined) execFileSync('tar', ['-xf', tarball, '-C', folder, '--strip-components=1']);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The promise is part of it: a floor above that of the sysroot fails the build. */
async function build(folder: string): Promise<void> {
  const { exit, stderr } = await targetry(['build'], { cwd: folder });
  assert.equal(exit, 0, stderr);
}

/** What programs of `made/ARCH` say in the roots of two releases and two CPUs, by root. */
async function runIn(
  t: TestContext,
  made: string,
  commands: readonly string[],
): Promise<Map<string, string>> {
  const old = `[${ofRelease(...login, ...others, ...krb5)}, libstdc++6]`;
  const folder = folderWith(t, {
    'targetry.yaml': `name: run
environments:
  debian-11: { debian: bullseye, packages: ${old} }
  debian-12: { debian: bookworm, packages: [libstdc++6] }
matrix: { environment: [debian-11, debian-12], arch: [x64, arm64] }
steps:
  - name: run
    run: |
      echo "[1.5]" > in.json
${commands.map((one) => `      echo "${one}: $(./$TARGETRY_ARCH/${one})" >> log`).join('\n')}
artifacts:
  - { path: log, as: "{target}", kind: file }
`,
  });
  mkdirSync(join(folder, 'dist'));
  for (const arch of ['x64', 'arm64']) cpSync(join(made, arch), join(folder, arch), { recursive: true });
  await build(folder);
  const roots = ['debian-11-x64', 'debian-11-arm64', 'debian-12-x64', 'debian-12-arm64'];
  return new Map(roots.map((root) => [root, readFileSync(join(folder, 'dist', root), 'utf8')]));
}
