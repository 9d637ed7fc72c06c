/** From packages of Alpine to an artifact: a root made of the real files of an Alpine release, and a step that runs in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { apkIndex, apkIndexEntry, signingKey } from '../archives.ts';
import { tarballOf } from '../alpine.ts';
import { asFolder } from '../apk-repository.ts';
import { repackage } from '../repackage.ts';
import { targetry, whyNoBuilds } from './command-line.ts';

const RELEASE = '3.20.3';
const missing = existsSync(tarballOf(RELEASE)) ? false : `${tarballOf(RELEASE)} is missing`;
const elsewhere = process.arch === 'x64' ? missing : 'needs x64';
const why = elsewhere === false ? await whyNoBuilds() : elsewhere;

const PROJECT = `name: report
environments:
  alpine:
    repositories: [{ url: "file:repository", key: test.rsa.pub }]
    packages: [alpine-baselayout, apk-tools, busybox, libc-utils]
targets:
  linux-x64-musl: { environment: alpine, arch: x64, libc: musl }
steps:
  - name: report
    run: |
      mkdir out
      { apk --version; ls -ld /tmp | cut -c1-10; apk info; } > out/report
artifacts:
  - { path: out/report, as: "report-{target}", kind: file }
`;

it('a step runs in a root of Alpine, on which its own apk works', { skip: why }, async (t) => {
  const key = signingKey('test.rsa.pub');
  const folder = asFolder(
    t,
    new Map([
      ['targetry.yaml', PROJECT],
      [key.name, key.publicPem],
    ]),
  );
  const [root, repository] = [join(folder, 'real'), join(folder, 'repository/x86_64')];
  for (const one of [root, repository]) mkdirSync(one, { recursive: true });
  execFileSync('tar', ['-xzf', tarballOf(RELEASE), '-C', root]);
  let index = '';
  for (const { name, version, bytes } of await repackage(root)) {
    writeFileSync(join(repository, `${name}-${version}.apk`), bytes);
    index += await apkIndexEntry(bytes);
  }
  writeFileSync(join(repository, 'APKINDEX.tar.gz'), apkIndex(index, key));
  execFileSync('rm', ['-rf', root]);

  const store = asFolder(t, new Map());
  const first = await targetry(['build'], { cwd: folder, store });
  assert.equal(first.exit, 0, first.stderr);
  const report = readFileSync(join(folder, 'dist/report-linux-x64-musl'), 'utf8').split('\n');
  assert.equal(report[0], 'apk-tools 2.14.4, compiled for x86_64.');
  assert.equal(report[1], 'drwxrwxrwt');
  for (const name of ['musl', 'busybox-binsh', 'ssl_client', 'scanelf'])
    assert.ok(report.includes(name), name);
  assert.match(
    readFileSync(join(folder, 'targetry.lock'), 'utf8'),
    /asked: \["alpine-baselayout", "apk-tools",/,
  );
  const again = await targetry(['build'], { cwd: folder, store });
  assert.match(again.stderr, /report \[CACHED\]/);
});
