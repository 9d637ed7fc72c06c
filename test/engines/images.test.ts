/** The images of a project, judged by Docker: loaded as they are, and run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { targetry, whyNoBuilds } from '../build/command-line.ts';
import { daemonFor } from './daemons.ts';

const skip = process.arch === 'x64' ? await whyNoBuilds() : 'needs x64, as the image that is run is of it';

const c = `#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
  int wrote = fopen("/tmp/mine", "w") != 0;
  printf("%d %s %s%s%s\\n", getuid(), getenv("MODE"), words[count - 1], wrote ? " wrote" : "",
         access("/bin/sh", X_OK) == 0 ? " shell" : "");
}
`;

const yaml = `name: hello
version: 1.10
environments:
  modern:
    debian: trixie
    packages: [gcc, gcc-aarch64-linux-gnu]
    sysroot: { debian: bookworm, packages: [libc6-dev] }
  old: { debian: bookworm }
matrix: { environment: [modern], arch: [x64, arm64], name: "{arch}" }
steps: [{ name: compile, run: "$CC -O2 a.c -o hello" }]
artifacts: [{ path: hello, as: "{target}/hello", kind: executable }]
images:
  build: { only: { arch: x64 } }
  test: { only: { arch: x64 }, environment: old, env: { MODE: testing }, cmd: [hello, fine] }
  run: { user: "65532:65532", env: { MODE: "of {arch}" }, labels: { kind: "{target}" } }
`;

interface Image {
  readonly path: string;
  readonly kind: string;
  readonly sha256: string;
  readonly platforms: readonly string[];
}

test('docker loads the images of a project, and runs them', { skip, timeout: 900_000 }, async (t) => {
  const daemon = await daemonFor(t, 'docker');
  if (daemon === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'targetry-images-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.c'), c);
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  const images = await built(folder);
  assert.deepEqual(
    images.map(({ path, platforms }) => [path, platforms]),
    [
      ['images/hello-1.10-build.tar', ['linux/amd64']],
      ['images/hello-1.10-test.tar', ['linux/amd64']],
      ['images/hello-1.10.tar', ['linux/arm64', 'linux/amd64']],
    ],
  );

  const docker = (...args: readonly string[]) =>
    execFileSync('docker', ['--host', `unix://${daemon.socket}`, ...args], { encoding: 'utf8' });
  for (const { path } of images) docker('load', '--input', join(folder, 'dist', path));
  const inContainer = ['run', '--rm', '--network', 'none'];
  assert.equal(docker(...inContainer, 'hello:1.10-amd64', 'word'), '65532 of x64 word wrote\n');
  assert.equal(docker(...inContainer, 'hello:1.10-test'), '0 testing fine wrote shell\n');
  const compile = 'cd /tmp; echo "int main() { return 42; }" > a.c; $CC a.c -o a; ./a || echo $?';
  assert.equal(docker(...inContainer, 'hello:1.10-build', 'sh', '-c', compile), '42\n');
  const [arm] = JSON.parse(docker('image', 'inspect', 'hello:1.10-arm64'));
  assert.equal(arm.Architecture, 'arm64');
  assert.equal(arm.Config.Labels.kind, 'arm64');

  // The same from the start gives the same, and where nothing changed nothing is written.
  const other = mkdtempSync(join(tmpdir(), 'targetry-images-'));
  t.after(() => rmSync(other, { recursive: true, force: true }));
  for (const name of ['a.c', 'targetry.yaml', 'targetry.lock']) cpSync(join(folder, name), join(other, name));
  const hashes = (all: readonly Image[]) => all.map(({ sha256 }) => sha256);
  assert.deepEqual(hashes(await built(other)), hashes(images));
  assert.deepEqual(hashes(await built(folder)), hashes(images));
});

async function built(folder: string): Promise<readonly Image[]> {
  const { exit, stderr } = await targetry(['build'], { cwd: folder });
  assert.equal(exit, 0, stderr);
  return JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8')).images;
}
