/**
 * Real packages, audited as they are published and compared with what readelf says of the same files unpacked by tar and
 * dpkg-deb: 70 platform packages of npm, and 80 Debian packages of four releases and two CPUs. They come through this
 * machine's own npm and apt, and stay in the folder for temporary files.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { auditPaths } from '../../src/audit/audit-paths.ts';
import type { ArtifactAudit, ElfAudit } from '../../src/audit/report.ts';
import { comparableOf, hasReadelf, readelf } from '../readelf.ts';

const cache = join(tmpdir(), 'targetry-live-audit');

const both = (name: string, ...ends: string[]): string[] => ends.map((end) => name.replace('*', end));
const libcs = ['x64-gnu', 'x64-musl', 'arm64-gnu', 'arm64-musl'];

/** The four with a version are known to say what isn't so. */
const npmPackages = [
  '@next/swc-linux-x64-musl@12.0.0',
  '@dprint/linux-arm64-glibc@0.54.0',
  'classic-level@3.0.0',
  '@pnpm/linuxstatic-x64@11.21.0',
  ...both(
    '@rollup/rollup-linux-*',
    ...libcs,
    'arm-gnueabihf',
    'arm-musleabihf',
    'riscv64-gnu',
    'riscv64-musl',
  ),
  ...both('@rollup/rollup-linux-*', 's390x-gnu', 'loong64-gnu', 'ppc64-gnu'),
  ...both(
    '@parcel/watcher-linux-*',
    'x64-glibc',
    'x64-musl',
    'arm64-glibc',
    'arm64-musl',
    'arm-glibc',
    'arm-musl',
  ),
  ...both('lightningcss-linux-*', ...libcs, 'arm-gnueabihf'),
  ...both('@esbuild/linux-*', 'x64', 'arm64', 'ia32', 'riscv64', 's390x'),
  ...both('@img/sharp-linux*', '-x64', '-arm64', 'musl-x64', 'musl-arm64', '-arm'),
  ...both('@img/sharp-libvips-linux*', '-x64', 'musl-arm64'),
  ...both('@node-rs/argon2-linux-*', ...libcs),
  ...both('@node-rs/bcrypt-linux-*', ...libcs),
  ...both('@tailwindcss/oxide-linux-*', ...libcs),
  ...both('@unrs/resolver-binding-linux-*', ...libcs),
  ...both('@msgpackr-extract/msgpackr-extract-linux-*', 'x64', 'arm64', 'arm'),
  ...both('@oxc-resolver/binding-linux-*', 'x64-musl', 'arm64-gnu'),
  '@biomejs/cli-linux-x64-musl',
  '@swc/core-linux-x64-gnu',
  '@resvg/resvg-js-linux-x64-musl',
  'bufferutil',
  'utf-8-validate',
  'leveldown',
  'argon2',
  '@serialport/bindings-cpp',
];

const debianSuites = ['bullseye', 'bookworm', 'trixie', 'sid'];
const debianArches = ['amd64', 'arm64'];
const debianNames = 'zlib1g libexpat1 bzip2 xz-utils gzip sed grep libsqlite3-0 libstdc++6 make'.split(' ');

/** The networks are waited for together. */
const fetched = { npm: fetchNpm(), debian: fetchDebian() };

test('npm packages are what readelf says', { timeout: 1_200_000 }, async (t) => {
  if (!hasReadelf()) return t.skip('needs readelf (binutils)');
  const folder = await fetched.npm;
  if (folder === undefined) return t.skip('needs an npm registry');
  const archives = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  assert.ok(archives.length >= 60, `only ${archives.length} packages could be fetched`);
  await compareAll(t, folder, archives, (archive, into) => ['tar', '-xzf', archive, '-C', into]);
});

test('Debian packages are what readelf says', { timeout: 1_200_000 }, async (t) => {
  if (!hasReadelf()) return t.skip('needs readelf (binutils)');
  const folder = await fetched.debian;
  if (folder === undefined) return t.skip('needs apt, and a mirror with all four releases');
  const archives = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  assert.ok(archives.length >= 60, `only ${archives.length} packages could be fetched`);
  await compareAll(t, folder, archives, (archive, into) => ['dpkg-deb', '-x', archive, into]);
});

test('the packages that are known to be false are found out', { timeout: 1_200_000 }, async (t) => {
  const folder = await fetched.npm;
  if (folder === undefined) return t.skip('needs an npm registry');
  const audit = async (name: string): Promise<ArtifactAudit> =>
    (await auditPaths([`${name}.tgz`], { cwd: folder }))[0]!;
  const found = ({ problems }: ArtifactAudit) =>
    problems.map(({ code, path }) => `${code} ${path ?? ''}`.trim());

  const pnpm = await audit('pnpm-linuxstatic-x64-11.21.0');
  assert.ok(found(pnpm).includes('claim-name-false package/pnpm'));
  assert.equal(pnpm.elfs[0]!.interpreter, '/lib/ld-musl-x86_64.so.1');

  assert.deepEqual(found(await audit('next-swc-linux-x64-musl-12.0.0')), [
    'claim-os-false',
    'claim-cpu-false',
  ]);

  const dprint = (await audit('dprint-linux-arm64-glibc-0.54.0')).elfs[0]!;
  assert.deepEqual(found(await audit('dprint-linux-arm64-glibc-0.54.0')), ['elf-weak-floor package/dprint']);
  assert.equal(dprint.floor.GLIBC, '2.39');
  assert.deepEqual(dprint.forcedBy.GLIBC?.map(({ symbol }) => symbol).sort(), [
    'pidfd_getpid',
    'pidfd_spawnp',
  ]);

  const readme = (name: string) =>
    `claim-readme-glibc package/prebuilds/linux-arm/classic-level.${name}.node`;
  assert.deepEqual(found(await audit('classic-level-3.0.0')), [readme('armv6'), readme('armv7')]);
});

async function compareAll(
  t: TestContext,
  folder: string,
  archives: readonly string[],
  unpack: (archive: string, into: string) => [string, ...string[]],
): Promise<void> {
  let files = 0;
  for (const artifact of await auditPaths(archives, { cwd: folder })) {
    const into = join(cache, 'unpacked');
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    const [command, ...args] = unpack(join(folder, artifact.path), into);
    execFileSync(command, args);
    const malformed = artifact.problems.filter(({ code }) => /malformed|bomb|refused|escapes/.test(code));
    assert.deepEqual(malformed, [], artifact.path);
    files += compare(artifact, into);
  }
  rmSync(join(cache, 'unpacked'), { recursive: true, force: true });
  t.diagnostic(`${files} files of ${archives.length} packages are equal`);
}

/** Files that readelf itself complains about can't be compared. */
function compare({ path, elfs }: ArtifactAudit, into: string): number {
  const loaded = elfs.filter((elf) => !elf.path.includes('!/'));
  const paths = loaded.map((elf) => join(into, elf.path));
  const told = readelf(paths);
  let count = 0;
  for (const [index, elf] of loaded.entries()) {
    assert.ok(existsSync(paths[index]!), `${path}: ${elf.path}`);
    const expected = told.get(paths[index]!);
    if (expected === undefined) continue;
    assert.deepEqual(comparableOf(elf), expected, `${path}: ${elf.path}`);
    assert.equal(elf.libc, plainLibc(elf), `${path}: ${elf.path}`);
    count++;
  }
  return count;
}

/** The libc once more, by the plainest rule that is right for these packages. */
function plainLibc({ type, interpreter, needed, path }: ElfAudit): ElfAudit['libc'] {
  if (type.startsWith('static')) return 'static';
  const names = [interpreter ?? '', ...needed].join(' ');
  if (names.includes('musl')) return 'musl';
  if (path.includes('prebuilds/android')) return 'bionic';
  if (path.includes('prebuilds/freebsd')) return 'unknown';
  if (/ld-linux|ld64\.so|libc\.so\.6|lib(?:m|dl|pthread)\.so\.\d/.test(names)) return 'glibc';
  if (names.includes('libc.so')) return 'musl';
  return needed.length > 0 ? 'unknown' : 'none';
}

async function fetchNpm(): Promise<string | undefined> {
  const folder = join(cache, 'npm');
  mkdirSync(folder, { recursive: true });
  const done = join(folder, 'done');
  if (existsSync(done)) return folder;
  const pack = (names: readonly string[]) =>
    succeeds('npm', ['pack', '--silent', ...names], { cwd: folder, timeout: 600_000 });
  // npm takes longer to start than to fetch a package, and fetches one after the other.
  const third = Math.ceil(npmPackages.length / 3);
  const parts = [0, third, 2 * third].map((start) => npmPackages.slice(start, start + third));
  const packed = await Promise.all(parts.map(pack));
  // One that is not there (any more) must not stop the others.
  for (const [at, part] of parts.entries()) {
    if (packed[at]) continue;
    for (const name of part) if (!(await pack([name])) && name === npmPackages[0]) return undefined;
  }
  writeFileSync(done, '');
  return folder;
}

function succeeds(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<boolean> {
  const child = spawn(command, args, { ...options, stdio: 'ignore' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false)).on('close', (status) => resolve(status === 0));
  });
}

/** An apt of its own in `cache`, with the mirror and the settings of this machine's. */
async function fetchDebian(): Promise<string | undefined> {
  const folder = join(cache, 'deb');
  const state = join(cache, 'apt');
  for (const path of [folder, join(state, 'lists/partial'), join(state, 'cache')])
    mkdirSync(path, { recursive: true });
  if (existsSync(join(folder, 'done'))) return folder;
  const site = mirror();
  if (site === undefined) return undefined;
  const arches = debianArches.join(',');
  const sources = debianSuites.map(
    (suite) => `deb [arch=${arches} check-valid-until=no] ${site} ${suite} main\n`,
  );
  writeFileSync(join(state, 'sources.list'), sources.join(''));
  writeFileSync(join(state, 'status'), '');
  const options = {
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': join(state, 'cache'),
    'APT::Architecture': debianArches[0],
    'APT::Architectures': debianArches.join(','),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(options).map(([key, value]) => `-o${key}=${value}`);
  // It reads all of its indexes whenever it starts, and would after an update.
  const update = ['update', '-q', '-opkgCacheFile::Generate=false'];
  if (!(await succeeds('apt-get', [...flags, ...update]))) return undefined;
  // Two releases may have the same version; then one file serves both.
  const names = debianSuites.flatMap((suite) =>
    debianArches.flatMap((arch) => debianNames.map((name) => `${name}:${arch}/${suite}`)),
  );
  if (!(await succeeds('apt-get', [...flags, 'download', '-q', ...names], { cwd: folder }))) return undefined;
  writeFileSync(join(folder, 'done'), '');
  return folder;
}

function mirror(): string | undefined {
  const run = spawnSync('apt-get', ['indextargets', '--format', '$(SITE) $(ORIGIN) $(CODENAME)'], {
    encoding: 'utf8',
  });
  const line = (run.stdout ?? '').split('\n').find((text) => / Debian [a-z]+$/.test(text));
  return line?.split(' ')[0];
}
