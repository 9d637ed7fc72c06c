/** What artifacts say of themselves, held against what is in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pypiTakes } from '../../../src/abi/pypi.ts';
import { stableAbiSince } from '../../../src/abi/python.ts';
import { parsePromise } from '../../../src/abi/promise.ts';
import type { ArtifactAudit } from '../../../src/audit/report.ts';
import { deb } from '../../archives.ts';
import { auditBytes, glibcAddon, muslAddon, muslProgram } from '../../audited.ts';
import { makeElf } from '../../elf-maker.ts';
import { apk, cpio, npm, rpm, wheel } from '../../packages.ts';

const addon = glibcAddon('2.28', 'fcntl64');
const armAddon = glibcAddon('2.28', 'fcntl64', { machine: 183 });
const staticProgram = makeElf({ type: 2, stack: 6 });

const codes = ({ problems }: ArtifactAudit): string[] => problems.map(({ code }) => code);

async function npmCodes(
  manifest: object,
  bytes: Uint8Array,
  path = 'x.node',
  mode = 0o755,
): Promise<string[]> {
  return codes(await auditBytes('x.tgz', npm(manifest, [{ path, bytes, mode }])));
}

test('npm: an `os` that would refuse the system of the files, written in whatever way, is a false claim', async () => {
  assert.deepEqual(await npmCodes({ os: 'linux', libc: ['glibc'] }, addon), []);
  assert.deepEqual(await npmCodes({ os: ['darwin', 'linux'] }, addon), []);
  assert.deepEqual(await npmCodes({ os: ['!win32'] }, addon), []);
  assert.deepEqual(await npmCodes({ os: ['darwin'] }, addon), ['claim-os-false']);
  assert.deepEqual(await npmCodes({ os: ['!linux'] }, addon), ['claim-os-false']);
  assert.deepEqual(await npmCodes({ os: ['freebsd'] }, staticProgram), []);
});

test('npm: a `cpu` that would let the package in where its files cannot be loaded is a false claim', async () => {
  assert.deepEqual(await npmCodes({ cpu: ['x64'] }, addon), []);
  assert.deepEqual(await npmCodes({ cpu: ['arm64'] }, armAddon), []);
  assert.deepEqual(await npmCodes({ cpu: ['arm64'] }, addon), ['claim-cpu-false']);
  const linux = { os: ['linux'], libc: ['glibc'] };
  assert.deepEqual(await npmCodes({ ...linux, cpu: ['x64', 'arm64'] }, addon), ['claim-cpu-false']);
});

test('npm: a `libc` that the files are not of is a false claim, and none is one where they are for Linux alone', async () => {
  assert.deepEqual(await npmCodes({ os: ['linux'], libc: ['musl'] }, muslAddon), []);
  assert.deepEqual(await npmCodes({ os: ['linux'], libc: ['glibc'] }, muslAddon), ['claim-libc-false']);
  assert.deepEqual(await npmCodes({ os: ['linux'], libc: ['musl'] }, addon), ['claim-libc-false']);
  assert.deepEqual(await npmCodes({ os: ['linux'] }, addon), ['claim-libc-missing']);
  assert.deepEqual(await npmCodes({ os: ['linux'] }, staticProgram), []);
  assert.deepEqual(await npmCodes({ os: ['linux', 'darwin'] }, addon), []);
});

test('npm: a name that says another CPU or libc than the files have is a false claim', async () => {
  const named = (name: string, bytes: Uint8Array) => npmCodes({ name }, bytes);
  assert.deepEqual(await named('@s/linux-x64-gnu', addon), []);
  assert.deepEqual(await named('@s/linux-x64-musl', muslAddon), []);
  assert.deepEqual(await named('@s/linuxmusl-x64', addon), ['claim-name-false']);
  assert.deepEqual(await named('@s/linuxstatic-x64', muslProgram), ['claim-name-false']);
  assert.deepEqual(await named('@s/linuxstatic-x64', staticProgram), []);
  assert.deepEqual(await named('@s/linux-arm64-gnu', addon), ['claim-name-false']);
  assert.deepEqual(await named('static-files-x64', addon), []);
});

test('npm: a program that is neither executable nor a `bin`, so that nobody can run it, is named', async () => {
  assert.deepEqual(await npmCodes({}, muslProgram, 'bin/tool', 0o644), ['claim-not-executable']);
  assert.deepEqual(await npmCodes({ bin: './bin/tool' }, muslProgram, 'bin/tool', 0o644), []);
  assert.deepEqual(await npmCodes({ bin: { tool: 'bin/tool' } }, muslProgram, 'bin/tool', 0o644), []);
  assert.deepEqual(await npmCodes({}, addon, 'x.node', 0o644), []);
});

test('npm: a readme that promises an older glibc than the files need is named', async () => {
  const audit = (readme: string): Promise<ArtifactAudit> =>
    auditBytes(
      'x.tgz',
      npm({}, [
        { path: 'x.node', bytes: addon },
        { path: 'README.md', bytes: readme },
      ]),
    );
  assert.deepEqual(codes(await audit('works with an old glibc (2.17) too')), ['claim-readme-glibc']);
  assert.deepEqual(codes(await audit('needs glibc >= 2.28')), []);
  assert.deepEqual(codes(await audit('glibc is a library. Version 2.17 of us is out.')), []);
});

test('prebuilt files: a name of another CPU, system or libc than the file has is a false claim', async () => {
  const named = (path: string, bytes: Uint8Array) => npmCodes({}, bytes, path);
  assert.deepEqual(await named('prebuilds/linux-x64/x.node', addon), []);
  assert.deepEqual(await named('prebuilds/linux-x64/x.musl.node', muslAddon), []);
  assert.deepEqual(await named('prebuilds/linux-x64/x.glibc.node', muslAddon), ['claim-prebuild-false']);
  assert.deepEqual(await named('prebuilds/linux-arm64/x.armv8.node', addon), ['claim-prebuild-false']);
  assert.deepEqual(await named('prebuilds/android-arm64/x.node', armAddon), ['claim-prebuild-false']);
  assert.deepEqual(await named('x.linux-x64-gnu.node', addon), []);
  assert.deepEqual(await named('x.linux-x64-musl.node', addon), ['claim-prebuild-false']);
});

const module = (name: string, symbols: readonly string[], version = '2.5') => ({
  path: `x/${name}`,
  bytes: glibcAddon(version, 'memcpy', {
    symbols: [{ name: 'memcpy', version: 0 }, ...symbols.map((symbol) => ({ name: symbol }))],
  }),
});

async function wheelCodes(
  tag: string,
  name: string,
  symbols: readonly string[],
  version?: string,
): Promise<string[]> {
  const file = module(name, symbols, version);
  return codes(await auditBytes(`x-1.0-${tag}.whl`, wheel(tag, [file])));
}

const SUFFIX = 'cpython-311-x86_64-linux-gnu.so';

test('wheel: a release whose installers refuse the tag does not run it, whatever the loader would do', async () => {
  const needsNothing = makeElf({ type: 3, needed: [] });
  const runsOn = async (platform: string): Promise<Record<string, string>> => {
    const name = `x-1.0-cp311-cp311-${platform}`;
    const { runsOn: verdicts } = await auditBytes(
      `${name}.whl`,
      wheel(`cp311-cp311-${platform}`, [{ path: 'x.so', bytes: needsNothing }]),
    );
    return Object.fromEntries(verdicts.map(({ distro, runs }) => [distro, runs]));
  };
  const glibc = await runsOn('manylinux_2_17_x86_64');
  assert.deepEqual([glibc['debian-12'], glibc['alpine-3.20']], ['yes', 'no']);
  const musl = await runsOn('musllinux_1_2_x86_64');
  assert.deepEqual([musl['debian-12'], musl['alpine-3.20']], ['no', 'yes']);
  const any = await runsOn('linux_x86_64');
  assert.deepEqual([any['debian-12'], any['alpine-3.20']], ['yes', 'yes']);
});

test('wheels: a platform tag that the files break, or that PyPI refuses, is named', async () => {
  assert.deepEqual(await wheelCodes('cp311-cp311-manylinux_2_17_x86_64', `x.${SUFFIX}`, []), []);
  assert.deepEqual(await wheelCodes('cp311-cp311-manylinux2014_x86_64', `x.${SUFFIX}`, []), []);
  assert.deepEqual(await wheelCodes('cp311-cp311-manylinux2014_x86_64', `x.${SUFFIX}`, [], '2.28'), [
    'claim-wheel-tag-false',
  ]);
  assert.deepEqual(await wheelCodes('cp311-cp311-manylinux_2_29_x86_64', `x.${SUFFIX}`, [], '2.29'), []);
  assert.deepEqual(await wheelCodes('cp311-cp311-manylinux_2_17_aarch64', `x.${SUFFIX}`, []), [
    'claim-wheel-tag-false',
  ]);
  assert.deepEqual(await wheelCodes('cp311-cp311-linux_x86_64', `x.${SUFFIX}`, []), ['claim-pypi-refuses']);
  assert.deepEqual(await wheelCodes('py3-none-any', 'x.so', []), ['claim-wheel-tag-false']);
});

test('wheels: a module that the Python of the tag would not import is a false claim', async () => {
  const platform = 'manylinux_2_17_x86_64';
  assert.deepEqual(await wheelCodes(`cp312-cp312-${platform}`, `x.${SUFFIX}`, []), ['claim-wheel-abi-false']);
  assert.deepEqual(await wheelCodes(`cp38-abi3-${platform}`, `x.${SUFFIX}`, []), ['claim-wheel-abi-false']);
  assert.deepEqual(
    await wheelCodes(`cp313-cp313t-${platform}`, 'x.cpython-313t-x86_64-linux-gnu.so', []),
    [],
  );
  const musl = 'x.cpython-311-x86_64-linux-musl.so';
  assert.deepEqual(await wheelCodes(`cp311-cp311-${platform}`, musl, []), ['claim-wheel-abi-false']);
});

test('wheels: a module of abi3 that needs what the oldest Python of its tag lacks is a false claim', async () => {
  const tag = 'cp38-abi3-manylinux_2_17_x86_64';
  assert.deepEqual(await wheelCodes(tag, 'x.abi3.so', ['PyList_New']), []);
  assert.deepEqual(await wheelCodes(tag, 'x.abi3.so', ['PyUnicode_AsUTF8AndSize']), ['claim-abi3-false']);
  assert.deepEqual(await wheelCodes(tag, 'x.abi3.so', ['_PyList_Extend']), ['claim-abi3-false']);
  assert.equal(stableAbiSince('PyUnicode_AsUTF8AndSize'), '3.10');
});

test('wheels: a name that contradicts the metadata is named, and a pure wheel that is not pure', async () => {
  const file = module(`x.${SUFFIX}`, []);
  const tag = 'cp311-cp311-manylinux_2_17_x86_64';
  const renamed = await auditBytes(`x-1.0-${tag}.whl`, wheel('cp311-cp311-linux_x86_64', [file]));
  assert.deepEqual(codes(renamed), ['claim-wheel-name']);
  assert.deepEqual(codes(await auditBytes('x.whl', wheel(tag, [file]))), ['claim-wheel-name']);
  assert.deepEqual(codes(await auditBytes(`x-1.0-${tag}.whl`, wheel(tag, [file], true))), [
    'claim-wheel-pure',
  ]);
});

test('PyPI takes a tag by its form alone', () => {
  for (const tag of [
    'manylinux_2_28_riscv64',
    'musllinux_1_2_armv7l',
    'linux_armv6l',
    'any',
    'macosx_11_0_arm64',
  ]) {
    assert.ok(pypiTakes(tag), tag);
  }
  const refused = [
    'linux_x86_64',
    'linux_aarch64',
    'manylinux_2_38_loongarch64',
    'manylinux1_aarch64',
    'musllinux_1_2_ppc64',
  ];
  for (const tag of refused) assert.ok(!pypiTakes(tag), tag);
});

test('distro packages: one for a CPU that its files are not of is a false claim', async () => {
  const of = (arch: string): Buffer =>
    deb({ Package: 'x', Architecture: arch, Depends: 'libc6 (>= 2.28)' }, [
      { path: './usr/lib/x.so', bytes: addon },
    ]);
  assert.deepEqual(codes(await auditBytes('x.deb', of('amd64'))), []);
  assert.deepEqual(codes(await auditBytes('x.deb', of('all'))), []);
  assert.deepEqual(codes(await auditBytes('x.deb', of('arm64'))), ['claim-arch-false']);
});

test('deb: a Depends that lets it in where the libc is too old is a false claim', async () => {
  const of = async (depends: string): Promise<string[]> => {
    const fields = { Package: 'x', Architecture: 'amd64', Depends: depends };
    return codes(await auditBytes('x.deb', deb(fields, [{ path: './usr/lib/x.so', bytes: addon }])));
  };
  assert.deepEqual(await of('libc6 (>= 2.28), zlib1g'), []);
  assert.deepEqual(await of('libc6 (>= 2.34)'), []);
  assert.deepEqual(await of('libc6 (>= 2.17)'), ['claim-dependency-false']);
  assert.deepEqual(await of('libc6'), ['claim-dependency-false']);
});

test('apk and rpm: every library that is needed is held or depended on', async () => {
  const files = [{ path: 'usr/bin/x', bytes: muslProgram }];
  const info = { pkgname: 'x', arch: 'x86_64' };
  const depend = ['so:libc.musl-x86_64.so.1'];
  assert.deepEqual(codes(await auditBytes('x.apk', apk({ ...info, depend }, files))), []);
  assert.deepEqual(codes(await auditBytes('x.apk', apk(info, files))), ['claim-dependency-missing']);
  const payload = gzipSync(cpio([{ path: './usr/lib64/x.so', bytes: addon }]));
  const requires = ['libc.so.6(GLIBC_2.28)(64bit)'];
  assert.deepEqual(codes(await auditBytes('x.rpm', rpm({ name: 'x', requires }, payload))), []);
  assert.deepEqual(codes(await auditBytes('x.rpm', rpm({ name: 'x' }, payload))), [
    'claim-dependency-missing',
  ]);
});

test('promises hold for the files of their libc, and name the file that breaks them', async () => {
  const files = [
    { path: 'prebuilds/linux-x64/x.node', bytes: addon },
    { path: 'prebuilds/linux-x64/x.musl.node', bytes: muslAddon },
  ];
  const held = async (...words: string[]) => {
    const audit = await auditBytes(
      'x.tgz',
      npm({}, files),
      words.map((word) => parsePromise(word)!),
    );
    return audit.problems.map(({ code, path }) => [code, path]);
  };
  assert.deepEqual(await held('glibc:2.28', 'musl'), []);
  assert.deepEqual(await held('glibc:2.17'), [['promise-broken', 'package/prebuilds/linux-x64/x.node']]);
});

test('deb: a library is depended on by the name of a package that usually has it, or missing', async () => {
  const of = async (depends: string, ...needed: string[]): Promise<string[]> => {
    const fields = { Package: 'x', Version: '1', Architecture: 'amd64', Depends: depends };
    const bytes = glibcAddon('2.28', 'fcntl64', { needed: ['libc.so.6', ...needed] });
    return codes(await auditBytes('x.deb', deb(fields, [{ path: './usr/lib/x.so', bytes }])));
  };
  const libc = 'libc6 (>= 2.28)';
  assert.deepEqual(
    await of(`${libc}, zlib1g, libssl3t64, libbrotli1`, 'libz.so.1', 'libcrypto.so.3', 'libbrotlienc.so.1'),
    [],
  );
  assert.deepEqual(await of(libc, 'libssl.so.3'), ['claim-dependency-missing']);
  assert.deepEqual(await of(`${libc}, zlib1g`, 'libz.so.1', 'libexpat.so.1'), ['claim-dependency-missing']);
  assert.deepEqual(await of('zlib1g', 'libz.so.1'), ['claim-dependency-missing']);
  assert.deepEqual(await of(`${libc}, x-data (= 1)`, 'libprivate.so'), []);
});

test('a floor that only weak symbols force is told apart, as they might be left out', async () => {
  const libc = (version: string) => ({ library: 'libc.so.6', version });
  const versions = [libc('GLIBC_2.39'), libc('GLIBC_2.34')];
  const of = async (weak: boolean): Promise<string[]> => {
    const symbols = [
      { name: 'pidfd_spawnp', version: 0, weak },
      { name: 'dlopen', version: 1 },
    ];
    return codes(await auditBytes('x', glibcAddon('2.39', '', { versions, symbols })));
  };
  assert.deepEqual([await of(true), await of(false)], [['elf-weak-floor'], []]);
});
