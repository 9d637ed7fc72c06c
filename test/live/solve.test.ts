import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readAptConfiguration } from '../../src/packages/deb/apt-config.ts';
import { DebArchive } from '../../src/packages/deb/archive.ts';
import { PackageIndex } from '../../src/packages/deb/index-text.ts';
import { findMirrors } from '../../src/packages/deb/mirrors.ts';
import { distroRepositories } from '../../src/packages/deb/repository.ts';
import { DebUniverse } from '../../src/packages/deb/universe.ts';
import { solve } from '../../src/packages/solve/solve.ts';
import { HttpClient } from '../../src/remote/http.ts';
import { Failure } from '../../src/report/failure.ts';
import { Store } from '../../src/store/store.ts';
import { readScenarios } from '../unit/packages/scenario-files.ts';

/**
 * Our choice beside the real apt's, on the same indexes: those of Debian, and those of the scenarios. apt runs in a folder of
 * its own with nothing installed, and is asked for the Essential packages too.
 */
const hasApt = spawnSync('apt-get', ['--version']).status === 0;
const noApt = 'apt-get is not installed';

class RealApt {
  readonly #folder: string;
  readonly #arch: string;

  constructor(t: TestContext, arch: string, indexes: readonly string[]) {
    this.#folder = mkdtempSync(join(tmpdir(), 'targetry-apt-'));
    this.#arch = arch;
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
    const words = packages.map((spec) => (spec.startsWith('-') ? `${spec.slice(1)}-` : spec));
    const option = `APT::Install-Recommends=${recommends}`;
    const { status, stdout } = this.#run(['-o', option, '-s', 'install', '?essential', ...words]);
    if (status !== 0) return undefined;
    return [...stdout.matchAll(/^Inst (\S+) \((\S+) /gm)].map((match) => `${match[1]} ${match[2]}`).sort();
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
      `APT::Architecture "${this.#arch}";`,
      `APT::Architectures { "${this.#arch}"; };`,
      'Acquire::Languages "none";',
      'APT::Sandbox::User "root";',
      // Otherwise apt takes itself for essential.
      'pkgCacheGen::ForceEssential ",";',
    ].join('\n');
  }
}

function ours(universe: DebUniverse, packages: readonly string[], arch: string, recommends: boolean) {
  try {
    const request = { packages: packages.map((spec) => ({ spec })), arch, recommends, where: 'debian' };
    return solve(universe, request)
      .chosen.map(({ name, version }) => `${name} ${version}`)
      .sort();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

test('every scenario comes out as with apt', { skip: hasApt ? false : noApt }, async (t) => {
  for (const { title, want, recommends, index, fields } of readScenarios()) {
    if (fields.get('apt') === 'differs') continue;
    await t.test(title, (t) => {
      const universe = new DebUniverse([{ index: new PackageIndex(index, 'test main'), priority: 500 }]);
      const apt = new RealApt(t, 'amd64', [index]);
      assert.deepEqual(ours(universe, want, 'amd64', recommends), apt.install(want, recommends));
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
];

for (const [release, arch] of [
  ['bullseye', 'amd64'],
  ['bookworm', 'amd64'],
  ['bookworm', 'arm64'],
  ['trixie', 'amd64'],
] as const) {
  test(`sets of ${release} ${arch} come out as with apt`, async (t) => {
    if (!hasApt) return t.skip(noApt);
    const folder = mkdtempSync(join(tmpdir(), 'targetry-store-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const opened = await openDebian(t, folder, release, arch);
    if (typeof opened === 'string') return t.skip(opened);
    const apt = new RealApt(t, arch, opened.texts);
    for (const set of SETS) {
      // Recommended packages bring in the largest sets, which take apt up to ten seconds each.
      for (const recommends of release === 'trixie' ? [false, true] : [false]) {
        const universe = new DebUniverse(opened.indexes.map((index) => ({ index, priority: 500 })));
        const packages = set.split(' ');
        const expected = apt.install(packages, recommends);
        assert.deepEqual(
          ours(universe, packages, arch, recommends),
          expected,
          `${set}, recommends ${recommends}`,
        );
      }
    }
  });
}

async function openDebian(t: TestContext, folder: string, release: string, arch: string) {
  const client = new HttpClient({ env: process.env, signal: t.signal });
  t.after(() => client.close());
  const store = await Store.open(folder);
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
