/** Our reading of apk's world beside the real apk: versions, signatures, and what it would install. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compareApkVersions } from '../../src/formats/apk-version.ts';
import { readApkHead } from '../../src/formats/apk.ts';
import { openApk } from '../../src/packages/apk/check.ts';
import { parseApkIndex } from '../../src/packages/apk/index-text.ts';
import { alpineKeys, ApkKeys } from '../../src/packages/apk/keys.ts';
import { solveApk } from '../../src/packages/apk/solve.ts';
import { Alpine, apkData, noAlpine } from '../alpine.ts';

const SETS = [
  'build-base',
  'alpine-base build-base cmake samurai ccache',
  'gcc g++ make musl-dev linux-headers',
  'binutils-gold musl-dev openssh',
  'python3-dev py3-setuptools',
  'nodejs git bash curl',
  'bison flex gawk gperf',
  'ca-certificates wget rsync git',
  'openssl-dev zlib-dev libffi-dev',
  'alpine-sdk',
  'git zsh bash docs',
  'postgresql14-dev mariadb-dev sqlite-dev',
  'perl-dev ruby-dev lua5.3-dev',
  'autoconf automake libtool pkgconf gettext-dev',
  'mesa-dev libx11-dev pango-dev',
  'busybox-extras coreutils findutils !bash',
  'cmd:gcc so:libz.so.1 pc:openssl',
  'openssl>1 zlib~1.2 musl<2',
  'nginx redis openrc freeradius-python3',
  'fortify-headers binutils gdb strace valgrind',
];

const INDEXES = [
  { file: 'alpine-3.16-x86_64-APKINDEX.tar.gz', arch: 'x86_64', release: '3.16.9' },
  { file: 'alpine-3.17-aarch64-APKINDEX.tar.gz', arch: 'aarch64', release: '3.16.9' },
];

for (const { file, arch, release } of INDEXES) {
  describe(`the real apk and ours on ${file}`, { skip: noAlpine(release) }, () => {
    let alpine: Alpine;
    before(() => {
      alpine = new Alpine(release);
      const repository = mkdtempSync(join(tmpdir(), 'apk-repository-'));
      mkdirSync(join(repository, arch));
      copyFileSync(join(apkData, file), join(repository, arch, 'APKINDEX.tar.gz'));
      alpine.bring(repository, 'repository');
      rmSync(repository, { recursive: true });
      mkdirSync(join(alpine.folder, 'new'));
      alpine.apk('add', '--root', '/new', '--initdb', '--arch', arch, '--no-network');
    });
    after(() => alpine?.remove());

    it('agree on the signature, and on what 20 sets of packages bring', async () => {
      const head = await readApkHead(readFileSync(join(apkData, file)));
      assert.match(alpineKeys(arch).verify(head, file), /^alpine-devel@/);
      const packages = parseApkIndex(Buffer.from(head.files.get('APKINDEX')!).toString());
      const indexes = [{ repository: 'main', tag: undefined, packages }];
      let refused = 0;
      for (const set of SETS) {
        const real = realChoice(alpine, arch, set.split(' '));
        const ours = ourChoice(indexes, set.split(' '));
        assert.deepEqual(ours, real, set);
        if (real === undefined) refused++;
      }
      assert.ok(refused === 0, `${refused} sets have no solution`);
    });
  });
}

/** In the order of installation; undefined where it refuses. */
function realChoice(alpine: Alpine, arch: string, set: readonly string[]): string[] | undefined {
  const into = ['--root', '/new', '--arch', arch, '--keys-dir', '/usr/share/apk/keys'];
  const from = ['--repositories-file', '/dev/null', '-X', '/repository', '--no-network', '--no-cache'];
  const { status, text } = alpine.apk('add', '--simulate', ...into, ...from, ...set);
  if (status !== 0) return undefined;
  return [...text.matchAll(/Installing (\S+) \((\S+)\)/g)].map(([, name, version]) => `${name}-${version}`);
}

function ourChoice(indexes: Parameters<typeof solveApk>[0], set: readonly string[]): string[] | undefined {
  try {
    const { chosen } = solveApk(indexes, { packages: set.map((spec) => ({ spec })), where: 'the index' });
    return chosen.map(({ package: one }) => `${one.name}-${one.version}`);
  } catch {
    return undefined;
  }
}

describe('versions', { skip: noAlpine('3.20.3') }, () => {
  it('are ordered as the real apk orders them', () => {
    const alpine = new Alpine('3.20.3');
    try {
      const versions = (
        '1 0 01 1.0 1.00 1.01 1.1 2 1a 1.2b3 1_alpha 1_rc2 1_p1 1_git20220101 1.0_rc 1_alpha2_p3 1-r0 1-r1 1.0-r10 ' +
        '1_rc1-r2 1..2 1_foo x 1-x 1. 001 1.0001 12345678901234567 123456789012345678 1a2b 1_cvs 1_hg 1_alphax'
      ).split(' ');
      for (const a of versions) {
        for (const b of versions) {
          const sign = ['<', '=', '>'][Math.sign(compareApkVersions(a, b)) + 1];
          assert.equal(sign, alpine.apk('version', '-t', a, b).text.trim(), `${a} and ${b}`);
        }
      }
    } finally {
      alpine.remove();
    }
  });
});

describe('real packages', { skip: noAlpine() }, () => {
  it('are trusted by the keys that signed them, and by no other', async () => {
    const alpine = 'alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub';
    const baselayout = await openApk(join(apkData, 'alpine-baselayout-3.4.0-r0.apk'));
    assert.match(alpineKeys('aarch64').verify(baselayout, 'x'), /616ae350/);
    assert.throws(() => trusted(alpine).verify(baselayout, 'x'), { code: 'signature-unknown-key' });
    for (const name of ['custom-ca-certs-1-1.0.0-r0', 'pretend-baselayout-1.0.0-r0', 'replayout-1.0.0-r0']) {
      const head = await openApk(join(apkData, `melange-${name}.apk`));
      assert.equal(trusted('melange.rsa.pub').verify(head, name), 'melange.rsa.pub');
      assert.throws(() => trusted(alpine).verify(head, name), { code: 'signature-unknown-key' });
    }
    // Its key has the same name as that of the others, and is another one.
    const wolfi = await openApk(join(apkData, 'hello-wolfi-2.12.1-r0.apk'));
    assert.throws(() => trusted('melange.rsa.pub').verify(wolfi, 'hello'), { code: 'signature-bad' });
    assert.throws(() => alpineKeys('x86_64').verify(wolfi, 'hello'), { code: 'signature-unknown-key' });
  });
});

function trusted(name: string): ApkKeys {
  return new ApkKeys(new Map([[name, readFileSync(join(apkData, name), 'utf8')]]));
}
