/**
 * Run closures of real programs, run where there is nothing else: by chroot into the closure, and below a prefix in a system
 * of another libc. The foreign CPU is emulated by an environment's steps.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { noAlpine, tarballOf } from '../alpine.ts';
import { targetry, whyNoBuilds } from '../build/command-line.ts';

const skip = (await whyNoBuilds()) || noAlpine('3.20.3');

const cpus = { x64: 'x86_64', arm64: 'aarch64' } as const;

const cxx = `#include <iostream>
#include <stdexcept>
#include <thread>
static char zeroes[100000];
int main() {
  std::string said;
  std::thread([&said] { try { throw std::runtime_error("caught"); } catch (std::exception &e) { said = e.what(); } }).join();
  std::cout << said << " " << int(zeroes[99999]) << std::endl;
}
`;

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-closure-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function run(cwd: string, ...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await targetry(args, { cwd });
  assert.equal(exit, 0, stderr);
  return stdout;
}

test(
  'a C++ program of both CPUs runs where there is nothing but its closure',
  { skip, timeout: 900_000 },
  async (t) => {
    const made = folderWith(t, {
      'a.cc': cxx,
      'targetry.yaml': `name: made
environments:
  modern:
    debian: trixie
    packages: [g++, g++-aarch64-linux-gnu]
    sysroot: { debian: bookworm, packages: [libc6-dev, libstdc++-12-dev] }
matrix: { environment: [modern], arch: [x64, arm64], name: "{arch}" }
steps: [{ name: compile, run: "$CXX -O2 a.cc -o hello -pthread" }]
artifacts: [{ path: hello, as: "{target}/hello", kind: executable }]
`,
    });
    await run(made, 'build');
    const places = folderWith(t, {});
    for (const arch of Object.keys(cpus)) {
      const closure = ['sysroot', '--closure', `dist/${arch}/hello`];
      mkdirSync(join(places, arch));
      await run(made, ...closure, '-o', join(places, arch, 'root'));
      const said = await run(made, ...closure, '--prefix', '/opt/demo', '-o', join(places, arch, 'demo'));
      assert.match(said, /\/opt\/demo\/lib\/libstdc\+\+6-12\.2\.0\S*\/libstdc\+\+\.so\.6 /);
      await auditClosure(join(places, arch, 'root'));
    }
    const answers = await runInAlpine(t, places, [
      'chroot $TARGETRY_ARCH/root /usr/local/bin/hello',
      'mkdir -p /opt; cp -a $TARGETRY_ARCH/demo /opt/demo; /opt/demo/bin/hello',
    ]);
    for (const [arch, said] of answers) assert.equal(said, 'caught 0\ncaught 0\n', arch);
  },
);

test(
  'closures of two releases live below one prefix, also of a program that was linked for it',
  { skip },
  async (t) => {
    const made = folderWith(t, {
      'a.c':
        '#include <gnu/libc-version.h>\n#include <stdio.h>\nint main(void) { puts(gnu_get_libc_version()); }\n',
    });
    const root = join(made, 'root');
    const place = join(root, 'opt/demo');
    mkdirSync(place, { recursive: true });
    const releases = { 'debian-11': '2.31', 'debian-12': '2.36' };
    for (const libc of Object.keys(releases)) {
      const name = libc.replace('debian-', 'on-');
      // The first is linked for the prefix, and looks in its `lib` by itself.
      const locked = libc === 'debian-11' ? ['--prefix', '/opt/demo'] : [];
      await run(made, 'cc', '--libc', libc, ...locked, 'a.c', '-o', name);
      const out = join(made, `${name}-closure`);
      await run(made, 'sysroot', '--closure', name, '--libc', libc, '--prefix', '/opt/demo', '-o', out);
      cpSync(out, place, { recursive: true, verbatimSymlinks: true });
    }
    for (const [libc, version] of Object.entries(releases)) {
      const name = libc.replace('debian-', 'on-');
      const said = execFileSync('chroot', [root, `/opt/demo/bin/${name}`], { encoding: 'utf8' });
      assert.equal(said, `${version}\n`);
    }
  },
);

test("programs of Alpine's own root run by chroot into their closure, on both CPUs", { skip }, async (t) => {
  const places = folderWith(t, {});
  for (const [arch, machine] of Object.entries(cpus)) {
    const tarball = tarballOf('3.20.3', machine);
    const made = folderWith(t, {
      'targetry.yaml': `name: own\nenvironments: { alpine: { rootfs: root.tar.gz } }\n`,
    });
    cpSync(tarball, join(made, 'root.tar.gz'));
    execFileSync('tar', ['-xzf', tarball, '-C', made, './sbin/apk', './bin/busybox']);
    const files = ['--closure', 'sbin/apk', '--closure', 'bin/busybox'];
    mkdirSync(join(places, arch));
    const said = await run(made, 'sysroot', 'alpine', ...files, '-o', join(places, arch, 'root'));
    assert.match(said, /note: certificates: .*libapk/);
    await auditClosure(join(places, arch, 'root'));
  }
  const answers = await runInAlpine(t, places, [
    'chroot $TARGETRY_ARCH/root /usr/local/bin/apk --version',
    'chroot $TARGETRY_ARCH/root /usr/local/bin/busybox echo fine',
  ]);
  for (const [arch, said] of answers)
    assert.match(said, new RegExp(`^apk-tools 2\\.14\\.\\d+, compiled for ${cpus[arch]}\\.\nfine\n$`));
});

test(
  'the same program gives the same tar and the same image, wherever they are written',
  { skip },
  async (t) => {
    const made = folderWith(t, {
      'targetry.yaml': `name: own\nenvironments: { alpine: { rootfs: root.tar.gz } }\n`,
    });
    cpSync(tarballOf('3.20.3'), join(made, 'root.tar.gz'));
    execFileSync('tar', ['-xzf', tarballOf('3.20.3'), '-C', made, './sbin/apk']);
    for (const [form, named] of [
      ['tar', '.tar'],
      ['oci', ''],
    ]) {
      const outputs = ['one', 'other'].map((name) => join(made, `${name}-${form}${named}`));
      const hashes: (string | undefined)[] = [];
      for (const output of outputs) {
        const said = await run(made, 'sysroot', '--closure', 'sbin/apk', '--format', form!, '-o', output);
        hashes.push(/sha256:\S+/.exec(said)?.[0]);
        execFileSync('touch', ['sbin/apk'], { cwd: made });
      }
      assert.ok(hashes[0] !== undefined && hashes[0] === hashes[1], form);
    }
  },
);

test('a library that the environment lacks is named, with the package that has it', { skip }, async (t) => {
  const made = folderWith(t, {
    'targetry.yaml': `name: own
environments:
  full: { debian: bookworm, packages: [libcurl4] }
  bare: { debian: bookworm }
targets: { full: { environment: full, arch: x64 } }
steps: [{ name: take, run: "cp /usr/lib/x86_64-linux-gnu/libcurl.so.4 ." }]
artifacts: [{ path: libcurl.so.4, kind: library }]
`,
  });
  await run(made, 'build');
  const { exit, stderr } = await targetry(
    ['sysroot', 'bare', '--closure', 'dist/libcurl.so.4', '-o', 'out', '--progress', 'quiet'],
    { cwd: made },
  );
  assert.equal(exit, 1);
  assert.match(
    stderr,
    /libcurl\.so\.4 needs libnghttp2\.so\.14, which is in none of \/lib\/x86_64-linux-gnu, /,
  );
  assert.match(stderr, /hint: add `libnghttp2-14` to the packages of bare/);
  const said = await run(made, 'sysroot', '--closure', 'dist/libcurl.so.4', '-o', 'out');
  assert.match(said, /libnghttp2\.so\.14\.\S+ {2}libnghttp2-14 1\./);
});

/** Every native file of it keeps what an audit can tell, and the list in it is what is there. */
async function auditClosure(root: string): Promise<void> {
  const { stdout } = await targetry(['audit', root, '--format', 'json'], { cwd: root });
  const { artifacts } = JSON.parse(stdout) as {
    artifacts: [{ elfs: { path: string }[]; problems: unknown[] }];
  };
  const listed = JSON.parse(readFileSync(join(root, 'usr/share/closure.json'), 'utf8')) as {
    artifacts: { path: string }[];
    interpreter: { path: string };
    libraries: { path: string }[];
  };
  const paths = [...listed.artifacts, listed.interpreter, ...listed.libraries].map(({ path }) =>
    path.slice(1),
  );
  assert.deepEqual(artifacts[0].elfs.map(({ path }) => path).sort(), paths.sort());
  assert.deepEqual(artifacts[0].problems, []);
}

/** What the commands say beside `places`, by CPU, in a system that has no glibc. */
async function runInAlpine(
  t: TestContext,
  places: string,
  commands: readonly string[],
): Promise<[keyof typeof cpus, string][]> {
  const environments = Object.entries(cpus).map(
    ([arch, machine]) => `  ${arch}: { rootfs: ${basename(tarballOf('3.20.3', machine))} }\n`,
  );
  const targets = Object.keys(cpus).map(
    (arch) => `  ${arch}: { environment: ${arch}, arch: ${arch}, libc: musl }\n`,
  );
  const folder = folderWith(t, {
    'targetry.yaml': `name: run
environments:
${environments.join('')}targets:
${targets.join('')}steps:
  - name: run
    run: |
${commands.map((one) => `      (${one}) >> log`).join('\n')}
artifacts:
  - { path: log, as: "{target}", kind: file }
`,
  });
  for (const machine of Object.values(cpus))
    cpSync(tarballOf('3.20.3', machine), join(folder, basename(tarballOf('3.20.3', machine))));
  cpSync(places, folder, { recursive: true, verbatimSymlinks: true });
  await run(folder, 'build');
  return (['x64', 'arm64'] as const).map((arch) => [arch, readFileSync(join(folder, 'dist', arch), 'utf8')]);
}
