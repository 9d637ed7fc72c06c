/** A floor that is crossed is told where it happens: by the step that links, with the object and the symbol, or the library. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { targetry, whyNoBuilds } from '../build/command-line.ts';

const skip = process.arch === 'x64' ? await whyNoBuilds() : 'needs x64, so that arm64 is another CPU';

const sysroot = '[libc6-dev/bullseye, linux-libc-dev/bullseye]';
const project = `name: late
environments:
  bookworm: { debian: bookworm, packages: [gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, gcc, mold, libssl-dev, libc6-dev] }
  mixed: { debian: bookworm, packages: [gcc, libssl-dev], sysroot: { debian: bullseye, packages: ${sysroot} } }
  zig: { debian: bookworm, packages: ["libssl-dev:arm64"], tools: { pypi: [ziglang==0.15.1] } }
targets:
  arm64: { environment: bookworm, arch: arm64, builder: x64, promise: ["glibc:2.31"], env: { CC: aarch64-linux-gnu-gcc, LIBS: "-Wl,-Map=late.map" } }
  gold: { environment: bookworm, arch: x64, promise: ["glibc:2.31"], env: { CC: gcc, LIBS: "-fuse-ld=gold -Wl,-Map=late.map" } }
  mold: { environment: bookworm, arch: x64, promise: ["glibc:2.31"], env: { CC: gcc, LIBS: "-fuse-ld=mold -Wl,-Map=late.map" } }
  ssl: { environment: bookworm, arch: x64, promise: ["glibc:2.31"], env: { CC: gcc, LIBS: -lssl } }
  mixed: { environment: mixed, arch: x64, promise: ["glibc:2.31"], env: { LIBS: -L/usr/lib/x86_64-linux-gnu -lssl } }
  zig: { environment: zig, arch: arm64, builder: x64, promise: ["glibc:2.31"] }
steps:
  - name: tool
    run: $CC main.c late.c -o tool
    only: { target: arm64 }
  - name: link
    run: |
      case $TARGETRY_TARGET in arm64|gold|mold) ;; *) sed -i 's/stat/st/' late.c ;; esac
      [ $TARGETRY_TARGET != zig ] || zig cc -target aarch64-linux-gnu main.c -L/usr/lib/aarch64-linux-gnu -lcrypto
      $CC -fPIC -c late.c
      $CC -shared late.o \${LIBS-} -o liblate.so || { [ -e late.map ] || echo nothing was linked; exit 1; }
artifacts:
  - { path: liblate.so, as: "{target}/liblate.so", kind: library }
`;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-late-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'targetry.yaml'), project);
  const late =
    'struct stat; int stat(const char *, void *);\nint late(const char *p) { char s[512]; return stat(p, s); }\n';
  writeFileSync(join(folder, 'late.c'), late);
  writeFileSync(join(folder, 'main.c'), 'int late(const char *); int main(void) { return late("/"); }\n');
  return folder;
}

const object = [
  /targetry: liblate\.so would need glibc 2\.33, and glibc:2\.31 is promised:\n\s+targetry: late\.o needs stat of GLIBC_2\.33\n/,
  /nothing was linked/,
  /hint: .*`sysroot:`.*promise `glibc:2\.33`/,
];
const said = {
  arm64: object,
  gold: object,
  mold: object,
  ssl: [
    /libssl\.so was built for glibc 2\.33, and glibc:2\.31 is promised/,
    /sysroot: \{ debian: 11, .*promise glibc:2\.33/,
  ],
  mixed: [
    /libssl\.so was built for glibc 2\.33, and the sysroot has glibc 2\.31/,
    /take its build of the sysroot's release, .*promise glibc:2\.33/,
  ],
  zig: [
    /libcrypto\.so was built for glibc 2\.34, and aarch64-linux-gnu names none, for which zig takes 2\.31/,
    /take its build of an older release; or name the floor, -target aarch64-linux-gnu\.2\.34/,
  ],
};

test('a symbol and a library above the promised glibc stop the step that links them', { skip }, async (t) => {
  const folder = folderOf(t);
  for (const [target, patterns] of Object.entries(said)) {
    const { exit, stderr } = await targetry(['build', target], { cwd: folder });
    assert.equal(exit, 1, stderr);
    assert.match(stderr, /step link of \w+ ended with exit code 1/);
    for (const pattern of patterns) assert.match(stderr, pattern);
    assert.match(stderr, /\[floor-crossed, line \d+ of the log\]/);
    assert.ok(!existsSync(join(folder, 'dist')));
  }
});

test(
  'what became an artifact by another name is named down to the object after the build',
  { skip },
  async (t) => {
    const folder = folderOf(t);
    const copied = `name: late
environments: { bookworm: { debian: bookworm, packages: [gcc-aarch64-linux-gnu, libc6-dev-arm64-cross] } }
targets: { arm64: { environment: bookworm, arch: arm64, builder: x64, promise: ["glibc:2.31"] } }
steps:
  - name: link
    run: |
      mkdir build out
      aarch64-linux-gnu-gcc -fPIC -c late.c -o build/late.o
      aarch64-linux-gnu-gcc -shared build/late.o -o build/other.so
      cp build/other.so out/liblate.so
artifacts: [{ path: out/liblate.so, kind: library }]
`;
    writeFileSync(join(folder, 'targetry.yaml'), copied);
    const { exit, stderr } = await targetry(['build'], { cwd: folder });
    assert.equal(exit, 1, stderr);
    assert.match(
      stderr,
      /it needs stat of libc\.so\.6 \(GLIBC_2\.33\), by build\/late\.o \[promise-broken\]/,
    );
  },
);
