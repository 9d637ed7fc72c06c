/** Images of a project for two CPUs, judged by skopeo, and run out of what is in them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { noAlpine, tarballOf } from '../alpine.ts';
import { targetry, whyNoBuilds } from '../build/command-line.ts';

const skip = (await whyNoBuilds()) || noAlpine('3.20.3');

const cpus = { x64: 'x86_64', arm64: 'aarch64' } as const;

function project(t: TestContext, images: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-images-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tarballs = Object.entries(cpus).map(
    ([arch, machine]) => [arch, tarballOf('3.20.3', machine)] as const,
  );
  for (const [, tarball] of tarballs) cpSync(tarball, join(folder, basename(tarball)));
  const yaml = `name: own
version: 1
environments:
${tarballs.map(([arch, tarball]) => `  ${arch}: { rootfs: ${basename(tarball)} }\n`).join('')}targets:
${tarballs.map(([arch]) => `  ${arch}: { environment: ${arch}, arch: ${arch}, libc: musl }\n`).join('')}steps:
  - { name: take, run: "cp /bin/busybox ." }
artifacts:
  - { path: busybox, as: "box-{target}", kind: executable }
images: ${images}
`;
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  return folder;
}

test('skopeo reads an image of two CPUs as one, and copies all of it', { skip }, async (t) => {
  if (spawnSync('skopeo', ['--version']).status !== 0) return t.skip('skopeo is not installed');
  const folder = project(t, '{ run: { labels: { of: "{arch}" }, cmd: [echo, fine] }, test: {} }');
  const { exit, stderr } = await targetry(['build'], { cwd: folder });
  assert.equal(exit, 0, stderr);
  const skopeo = (...args: readonly string[]) =>
    execFileSync('skopeo', ['--insecure-policy', ...args], { cwd: folder, encoding: 'utf8' });
  const { images } = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8'));
  assert.equal(images.length, 2);
  for (const { path, name, digest } of images) {
    const place = `oci-archive:dist/${path}:${name}`;
    for (const arch of ['amd64', 'arm64']) {
      const found = JSON.parse(skopeo('inspect', '--override-arch', arch, place));
      assert.deepEqual([found.Architecture, found.Digest], [arch, digest]);
    }
    skopeo('copy', '--all', place, `dir:${basename(path)}`);
    const [first] = JSON.parse(readFileSync(join(folder, basename(path), 'manifest.json'), 'utf8')).manifests;
    assert.equal(first.platform.architecture, 'arm64');
  }
  const config = JSON.parse(
    skopeo('inspect', '--config', 'docker-archive:dist/images/own-1.tar:own:1-amd64'),
  );
  assert.deepEqual(config.config.Entrypoint, ['/usr/local/bin/busybox']);
  assert.deepEqual(config.config.Cmd, ['echo', 'fine']);
});

test('what is in an image to run is a root in which the program runs', { skip }, async (t) => {
  const folder = project(t, '{ run: {} }');
  const { exit, stdout, stderr } = await targetry(['build', 'x64'], { cwd: folder });
  assert.equal(exit, 0, stderr);
  assert.match(stdout, /is {7}the image own:1 \(run\), for linux\/amd64\n/);
  const tar = (...args: readonly string[]) => execFileSync('tar', args, { cwd: folder });
  mkdirSync(join(folder, 'layout'));
  tar('-xf', 'dist/images/own-1.tar', '-C', 'layout');
  const [{ Layers: layers }] = JSON.parse(readFileSync(join(folder, 'layout/manifest.json'), 'utf8'));
  mkdirSync(join(folder, 'root'));
  for (const layer of layers) tar('-xf', join('layout', layer), '-C', 'root');
  const said = execFileSync(
    'chroot',
    [join(folder, 'root'), '/usr/local/bin/busybox', 'find', '/', '-type', 'f'],
    {
      encoding: 'utf8',
    },
  );
  assert.deepEqual(said.trim().split('\n').sort(), [
    '/lib/ld-musl-x86_64.so.1',
    '/usr/local/bin/busybox',
    '/usr/share/closure.json',
  ]);
});

test('a library that an image would lack fails the build, and dist/ stays as it was', { skip }, async (t) => {
  const folder = project(t, '{ run: { with: [libnope.so.1] } }');
  const { exit, stderr } = await targetry(['build', 'x64', '--progress', 'quiet'], { cwd: folder });
  assert.equal(exit, 1);
  assert.match(
    stderr,
    /libnope\.so\.1 was asked for, and is in none of \/lib, \/usr\/local\/lib, \/usr\/lib/,
  );
  assert.ok(!existsSync(join(folder, 'dist')));
});
