import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { readAptConfiguration } from '../../src/packages/deb/apt-config.ts';
import { DebArchive } from '../../src/packages/deb/archive.ts';
import type { PackageIndex } from '../../src/packages/deb/package-index.ts';
import { findMirrors } from '../../src/packages/deb/mirrors.ts';
import { MultiArchUniverse } from '../../src/packages/deb/multi-arch.ts';
import { distroRepositories } from '../../src/packages/deb/repository.ts';
import { DebUniverse, type DebSource } from '../../src/packages/deb/universe.ts';
import { solve, type PackageRequest } from '../../src/packages/solve/solve.ts';
import type { Choice, Universe } from '../../src/packages/solve/universe.ts';
import { HttpClient } from '../../src/remote/http.ts';
import { Failure } from '../../src/report/failure.ts';
import { Store } from '../../src/store/store.ts';
import { readScenarios, scenarioUniverse } from '../unit/packages/scenario-files.ts';

/**
 * Our choice beside the real apt's, on the same indexes: those of Debian, and those of the scenarios. apt runs in a folder of
 * its own with nothing installed, and is asked for the Essential packages too.
 */
const hasApt = spawnSync('apt-get', ['--version']).status === 0;
const noApt = 'apt-get is not installed';

class RealApt {
  readonly #folder: string;
  readonly #arches: readonly string[];

  /** `arches` begins with the root's own. An index is that of all CPUs together: apt tells them apart by itself. */
  constructor(t: TestContext, arches: readonly string[], indexes: readonly string[]) {
    this.#folder = mkdtempSync(join(tmpdir(), 'targetry-apt-'));
    this.#arches = arches;
    t.after(() => rmSync(this.#folder, { recursive: true, force: true }));
    for (const path of ['lists/partial', 'cache/archives/partial', 'etc/preferences.d']) {
      mkdirSync(join(this.#folder, path), { recursive: true });
    }
    writeFileSync(join(this.#folder, 'status'), '');
    const sources = indexes.map((text, number) => {
      const repository = join(this.#folder, `repository-${number}`);
      mkdirSync(repository);
      writeFileSync(join(repository, 'Packages'), text, 'latin1');
      return `deb [trusted=yes] file:${repository} ./\n`;
    });
    writeFileSync(join(this.#folder, 'sources.list'), sources.join(''));
    writeFileSync(join(this.#folder, 'apt.conf'), this.#settings());
    const { status, stderr } = this.#run(['update', '-qq']);
    assert.equal(status, 0, stderr);
  }

  /** `name version` of every package, sorted; undefined where apt refuses. */
  install(packages: readonly string[], recommends: boolean): string[] | undefined {
    return this.#choose(['-s'], packages, recommends, (text) =>
      [...text.matchAll(/^Inst (\S+) \((\S+) /gm)].map((match) => `${match[1]} ${match[2]}`),
    );
  }

  /** The same choice as the files that apt would fetch: several times faster, as it need not put them in order. */
  download(packages: readonly string[], recommends: boolean): string[] | undefined {
    return this.#choose(['-qq', '-y', '--print-uris'], packages, recommends, (text) =>
      [...text.matchAll(/^'\S+' ([^_]+)_([^_]+)_([^_]+)\.deb /gm)].map(([, name, version, arch]) => {
        const isForeign = arch !== 'all' && arch !== this.#arches[0];
        return `${name}${isForeign ? `:${arch}` : ''} ${decodeURIComponent(version!)}`;
      }),
    );
  }

  #choose(
    options: readonly string[],
    packages: readonly string[],
    recommends: boolean,
    read: (text: string) => string[],
  ): string[] | undefined {
    const words = packages.map((spec) => (spec.startsWith('-') ? `${spec.slice(1)}-` : spec));
    const option = `APT::Install-Recommends=${recommends}`;
    const essential = `?and(?essential,?architecture(${this.#arches[0]}))`;
    const { status, stdout } = this.#run(['-o', option, ...options, 'install', essential, ...words]);
    return status === 0 ? read(stdout).sort() : undefined;
  }

  #run(args: readonly string[]) {
    const env = { ...process.env, APT_CONFIG: join(this.#folder, 'apt.conf'), LC_ALL: 'C' };
    return spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  }

  #settings(): string {
    const dirs = Object.entries({
      State: '.',
      'State::lists': 'lists',
      'State::status': 'status',
      Cache: 'cache',
      Etc: 'etc',
      'Etc::sourcelist': 'sources.list',
      'Etc::sourceparts': 'none',
    }).map(([name, path]) => `Dir::${name} "${join(this.#folder, path)}";`);
    return [
      ...dirs,
      `APT::Architecture "${this.#arches[0]}";`,
      `APT::Architectures { ${this.#arches.map((arch) => `"${arch}";`).join(' ')} };`,
      'Acquire::Languages "none";',
      'APT::Sandbox::User "root";',
      // Otherwise apt takes itself for essential.
      'pkgCacheGen::ForceEssential ",";',
    ].join('\n');
  }
}

function ours<C extends Choice>(universe: Universe<C>, request: Omit<PackageRequest, 'where'>) {
  try {
    return solve(universe, { ...request, where: 'debian' })
      .chosen.map(({ name, version }) => `${name} ${version}`)
      .sort();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

test('every scenario comes out as with apt', { skip: hasApt ? false : noApt }, async (t) => {
  for (const { title, want, foreign, recommends, index, fields } of readScenarios()) {
    if (fields.get('apt') === 'differs') continue;
    await t.test(title, (t) => {
      const universe = scenarioUniverse(index, foreign);
      const apt = new RealApt(t, ['amd64', ...foreign], [index]);
      const request = { packages: want.map((spec) => ({ spec })), arch: 'amd64', foreign, recommends };
      assert.deepEqual(ours(universe, request), apt.install(want, recommends));
    });
  }
});

const SETS = [
  'gcc libc6-dev make musl-tools',
  'build-essential python3-dev cmake ninja-build ccache',
  'python3 -mawk',
  'nodejs npm',
  'default-jdk maven',
  'qtbase5-dev libboost-all-dev',
  'debhelper devscripts',
  'systemd-sysv exim4 nginx',
  'sysvinit-core systemd-sysv',
  'git subversion mercurial',
  'clang lld llvm-dev',
  'rustc cargo golang-go',
  'ruby-dev bundler',
  'php-cli postgresql-client default-mysql-client',
  'gfortran libopenmpi-dev libhdf5-dev',
  'autoconf automake libtool bison flex gettext texinfo',
  'libgtk-3-dev libsdl2-dev',
  'ocaml ghc',
  'vim emacs-nox -emacs-gtk',
  'dpkg-dev mail-transport-agent -exim4-base',
];

/** One for all, so that each index comes down once. */
const storeFolder = mkdtempSync(join(tmpdir(), 'targetry-store-'));
after(() => rmSync(storeFolder, { recursive: true, force: true }));

const INDEXES = ['bullseye', 'bookworm', 'trixie', 'sid'].flatMap((release) =>
  ['amd64', 'arm64'].map((arch) => ({ release, arch })),
);

for (const [number, { release, arch }] of INDEXES.entries()) {
  test(`sets of ${release} ${arch} come out as with apt`, async (t) => {
    if (!hasApt) return t.skip(noApt);
    const opened = await openDebian(t, release, arch);
    if (typeof opened === 'string') return t.skip(opened);
    const apt = new RealApt(t, [arch], opened.texts);
    const universe = new DebUniverse(sourcesOf(opened));
    // apt takes its time for each: one index gets all of them, every other one a part.
    const isWhole = release === 'bookworm' && arch === 'amd64';
    for (const set of SETS.filter((_, index) => isWhole || index % 4 === number % 4)) {
      // Recommended packages bring in the largest sets.
      for (const recommends of release === 'trixie' ? [false, true] : [false]) {
        const packages = set.split(' ');
        const expected = apt.download(packages, recommends);
        const request = { packages: packages.map((spec) => ({ spec })), arch, recommends };
        if (set === SETS[0]) assert.deepEqual(apt.install(packages, recommends), expected);
        assert.deepEqual(ours(universe, request), expected, `${set}, recommends ${recommends}`);
        t.diagnostic(`${set}: ${expected === undefined ? 'refused' : `${expected.length} packages`}`);
      }
    }
  });
}

/** Two CPUs in one root, as after `dpkg --add-architecture`. */
const MIXED_SETS = [
  'gcc musl-tools musl-dev:arm64',
  'gcc-aarch64-linux-gnu libc6-dev:arm64',
  'crossbuild-essential-arm64 libssl-dev:arm64 zlib1g-dev:arm64',
  'build-essential libstdc++6:arm64 libsqlite3-dev:arm64',
  'python3 python3:arm64',
  'gcc gcc:arm64',
  'cmake qtbase5-dev:arm64',
  'libpython3-dev:arm64 python3-dev',
  'debhelper libglib2.0-dev:arm64',
  'libgtk-3-dev:arm64 pkg-config',
  'bash:arm64',
];

for (const [number, release] of ['bullseye', 'bookworm', 'trixie'].entries()) {
  test(`sets of ${release} for two CPUs come out as with apt`, async (t) => {
    if (!hasApt) return t.skip(noApt);
    const opened = [];
    for (const arch of ['amd64', 'arm64']) {
      const one = await openDebian(t, release, arch);
      if (typeof one === 'string') return t.skip(one);
      opened.push(one);
    }
    const [own, other] = opened;
    const texts = own!.texts.flatMap((text, number) => [text, other!.texts[number]!]);
    const apt = new RealApt(t, ['amd64', 'arm64'], texts);
    const universe = new MultiArchUniverse(
      new Map([
        ['amd64', sourcesOf(own!)],
        ['arm64', sourcesOf(other!)],
      ]),
    );
    // Each comes with two releases.
    const sets = MIXED_SETS.filter((_, index) => index % 3 !== number);
    for (const set of sets) {
      const packages = set.split(' ');
      const request = { packages: packages.map((spec) => ({ spec })), arch: 'amd64', recommends: false };
      const expected = apt.download(packages, false);
      if (set === sets[0]) assert.deepEqual(apt.install(packages, false), expected);
      assert.deepEqual(ours(universe, { ...request, foreign: ['arm64'] }), expected, set);
      t.diagnostic(`${set}: ${expected === undefined ? 'refused' : `${expected.length} packages`}`);
    }
  });
}

function sourcesOf({ indexes }: { readonly indexes: readonly PackageIndex[] }): DebSource[] {
  return indexes.map((index) => ({ index, priority: 500 }));
}

async function openDebian(t: TestContext, release: string, arch: string) {
  const client = new HttpClient({ env: process.env, signal: t.signal });
  t.after(() => client.close());
  const store = await Store.open(storeFolder);
  const archive = new DebArchive({ client, store });
  const apt = await readAptConfiguration('/etc/apt');
  const mirrors = await findMirrors({ distro: 'debian', arch, apt });
  try {
    const opened = await archive.open(await distroRepositories('debian', release, mirrors), arch);
    await archive.settled();
    const indexes = opened.flatMap((one) => one.indexes);
    const blobs = opened.map(({ suite }) => suite.release.files.get(`main/binary-${arch}/Packages`)!);
    const texts = blobs.map(({ sha256, size }) =>
      size === 0 ? '' : readFileSync(store.blobPath(sha256), 'latin1'),
    );
    return { indexes, texts };
  } catch (error) {
    if (error instanceof Failure && error.code === 'mirror-unreachable') return error.message;
    throw error;
  }
}
