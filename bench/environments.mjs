// Roots, solving and locking beside Debian's own tools, on the same packages and indexes in the same run.
//
//   npm run bench -- environments [ROUNDS]
//
// The packages come down once. Then, as root, in each round: mmdebstrap's whole run from a local repository of them; ours
// without unpacked packages (cold) and with them (warm), for amd64 and for arm64; the ten largest sets by apt's solver and by
// ours; and `targetry lock` with the indexes in the store.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, tell, tellMissing, tellPeer, words } from './figures.mjs';

const { readLock } = await import('../build/src/lock/read.js');
const { readAptConfiguration } = await import('../build/src/packages/deb/apt-config.js');
const { DebArchive } = await import('../build/src/packages/deb/archive.js');
const { findMirrors } = await import('../build/src/packages/deb/mirrors.js');
const { distroRepositories } = await import('../build/src/packages/deb/repository.js');
const { DebUniverse } = await import('../build/src/packages/deb/universe.js');
const { solve } = await import('../build/src/packages/solve/solve.js');
const { HttpClient } = await import('../build/src/remote/http.js');
const { Store } = await import('../build/src/store/store.js');

const RELEASE = 'bookworm';
const PACKAGES = ['build-essential', 'python3-dev', 'cmake', 'ninja-build', 'ccache'];
const SETS = [
  'build-essential python3-dev cmake ninja-build ccache',
  'debhelper devscripts',
  'default-jdk maven',
  'nodejs npm',
  'qtbase5-dev libboost-all-dev',
  'gnome-core',
  'kde-standard',
  'texlive-full',
  'libreoffice gimp inkscape',
  'systemd-sysv exim4 nginx postgresql php',
];

const rounds = Number(words[0] ?? 3);
const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const top = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
// apt reads as another user.
chmodSync(top, 0o755);
const project = join(top, 'project');
const full = join(top, 'store');
/** Seconds of each round, by what was done. */
const measured = new Map();

try {
  // mmdebstrap has its quickest way then, and so have we.
  if (process.geteuid?.() === 0) await compare();
  else tellMissing('it has to run as root');
} finally {
  rmSync(top, { recursive: true, force: true, maxRetries: 5 });
}

async function compare() {
  mkdirSync(project);
  writeFileSync(
    join(project, 'targetry.yaml'),
    `name: bench\nenvironments: { it: { debian: ${RELEASE}, packages: ${JSON.stringify(PACKAGES)} } }\n`,
  );
  targetry(full, 'lock', '--arch', 'x64,arm64');
  for (const arch of ['x64', 'arm64']) {
    targetry(full, 'rootfs', 'it', '--arch', arch, '-o', join(top, `first-${arch}.tar`));
    rmSync(join(top, `first-${arch}.tar`));
  }
  const { environments } = await readLock(join(project, 'targetry.lock'));
  const repository = tellPeer('mmdebstrap', 'mmdebstrap')
    ? localRepository(environments.find(({ arch }) => arch === 'amd64'))
    : undefined;
  for (let round = 0; round < rounds; round++) {
    roots(repository);
    locks();
  }
  const peer = { name: 'mmdebstrap', value: secondsOf('mmdebstrap') };
  const size = `${environments[0].packages.length} packages`;
  for (const what of [...measured.keys()].filter((name) => name !== 'mmdebstrap')) {
    const isRoot = /root/.test(what);
    const unit = 's';
    tell({ what: isRoot ? `${what}: ${size}` : what, value: secondsOf(what), unit, ...(isRoot && { peer }) });
  }
  await solver();
}

/** The packages of a lock as an apt repository, so that mmdebstrap downloads nothing either. */
function localRepository({ packages }) {
  const folder = join(top, 'repository');
  const stanzas = packages.map((one) => {
    const blob = join(full, 'blobs/sha256', one.sha256.slice(0, 2), one.sha256);
    const path = join(folder, one.path);
    mkdirSync(dirname(path), { recursive: true });
    linkSync(blob, path);
    const fields = spawnSync('dpkg-deb', ['-f', blob], { encoding: 'utf8' }).stdout.trimEnd();
    return `${fields}\nFilename: ${one.path}\nSize: ${one.size}\nSHA256: ${one.sha256}\n`;
  });
  const index = stanzas.join('\n');
  const dist = join(folder, `dists/${RELEASE}`);
  mkdirSync(join(dist, 'main/binary-amd64'), { recursive: true });
  writeFileSync(join(dist, 'main/binary-amd64/Packages'), index);
  const hash = createHash('sha256').update(index).digest('hex');
  // mmdebstrap asks for the essential packages of an archive of this name.
  const names = `Suite: ${RELEASE}\nCodename: ${RELEASE}\nArchitectures: amd64\nComponents: main`;
  const size = Buffer.byteLength(index);
  writeFileSync(
    join(dist, 'Release'),
    `${names}\nDate: ${new Date().toUTCString()}\nSHA256:\n ${hash} ${size} main/binary-amd64/Packages\n`,
  );
  return folder;
}

function roots(repository) {
  const include = `--include=${PACKAGES.join(',')}`;
  const from = `deb [trusted=yes] copy:${repository} ${RELEASE} main`;
  const out = join(top, 'root.tar');
  if (repository !== undefined)
    measure('mmdebstrap', () =>
      run('mmdebstrap', ['--variant=essential', '--quiet', include, RELEASE, out, from]),
    );
  for (const arch of ['x64', 'arm64']) {
    const words = ['rootfs', 'it', '--arch', arch, '-o', out, '--progress', 'quiet'];
    const cold = coldStore();
    measure(`targetry rootfs, ${arch}, cold`, () => targetry(cold, ...words));
    measure(`targetry rootfs, ${arch}, warm`, () => targetry(cold, ...words));
    rmSync(cold, { recursive: true, maxRetries: 5 });
    rootOfBuild(arch);
  }
  rmSync(out);
}

/** Of a module of ours, for the text of another one. */
function source(path) {
  return JSON.stringify(new URL(`../build/src/${path}`, import.meta.url).href);
}

/** What a build starts its steps in: made in the store, where its files are links. */
function rootOfBuild(arch) {
  const script = join(top, 'compose.mjs');
  writeFileSync(
    script,
    `import { readLock } from ${source('lock/read.js')};
    import { composeRoot } from ${source('roots/compose.js')};
    import { Store } from ${source('store/store.js')};
    const { environments } = await readLock('targetry.lock');
    const locked = environments.find(({ arch }) => arch === '${arch === 'x64' ? 'amd64' : 'arm64'}');
    await composeRoot(locked, await Store.open(process.env.TARGETRY_STORE));`,
  );
  const compose = (store) =>
    run(process.execPath, [script], { cwd: project, env: { TARGETRY_STORE: store } });
  const cold = coldStore();
  measure(`root of a build, ${arch}, cold`, () => compose(cold));
  rmSync(join(cold, 'roots'), { recursive: true });
  measure(`root of a build, ${arch}, warm`, () => compose(cold));
  rmSync(cold, { recursive: true, maxRetries: 5 });
}

/** A store that has the packages, and nothing unpacked. */
function coldStore() {
  const folder = mkdtempSync(join(top, 'cold-'));
  run('cp', ['-al', join(full, 'blobs'), folder]);
  return folder;
}

function locks() {
  const lock = join(project, 'targetry.lock');
  const before = readFileSync(lock);
  measure('targetry lock --update, warm index', () => targetry(full, 'lock', '--update', '--arch', 'x64'));
  measure('targetry lock, nothing to do', () => targetry(full, 'lock', '--arch', 'x64'));
  rmSync(lock);
  measure('targetry lock, new, warm index', () => targetry(full, 'lock', '--arch', 'x64'));
  writeFileSync(lock, before);
}

async function solver() {
  const client = new HttpClient({ env: process.env, signal: new AbortController().signal });
  const archive = new DebArchive({ client, store: await Store.open(full) });
  const mirrors = await findMirrors({
    distro: 'debian',
    arch: 'amd64',
    apt: await readAptConfiguration('/etc/apt'),
  });
  const opened = await archive.open(await distroRepositories('debian', RELEASE, mirrors), 'amd64');
  await archive.settled();
  client.close();
  const blobs = opened.map(({ suite }) => suite.release.files.get('main/binary-amd64/Packages'));
  const hasApt = tellPeer('apt-get', 'apt-get');
  const env = { APT_CONFIG: hasApt && aptFolder(blobs.filter(({ size }) => size > 0)) };
  for (const set of SETS) {
    const packages = set.split(' ');
    const request = { packages: packages.map((spec) => ({ spec })), arch: 'amd64', recommends: false };
    let count = 0;
    for (let round = 0; round < rounds; round++) {
      // Its simulation would also find an order to unpack them, which takes most of its time.
      const asked = ['-qq', '-y', '--print-uris', 'install', '--no-install-recommends', '?essential'];
      if (hasApt) measure(`apt-get ${set}`, () => run('apt-get', [...asked, ...packages], { env }));
      const universe = new DebUniverse(
        opened.flatMap((one) => one.indexes.map((index) => ({ index, priority: 500 }))),
      );
      measure(`solve ${set}`, () => {
        count = solve(universe, { ...request, where: RELEASE }).chosen.length;
      });
    }
    const peer = { name: 'apt-get --print-uris, its cache made before', value: secondsOf(`apt-get ${set}`) };
    tell({ what: `solve ${set}: ${count} packages`, value: secondsOf(`solve ${set}`), unit: 's', peer });
  }
}

/** apt as in an empty root, with these indexes. */
function aptFolder(blobs) {
  const folder = join(top, 'apt');
  for (const path of ['lists/partial', 'cache/archives/partial', 'etc/preferences.d'])
    mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  const sources = blobs.map(({ sha256 }, number) => {
    const repository = join(folder, `repository-${number}`);
    mkdirSync(repository);
    cpSync(join(full, 'blobs/sha256', sha256.slice(0, 2), sha256), join(repository, 'Packages'));
    return `deb [trusted=yes] file:${repository} ./\n`;
  });
  writeFileSync(join(folder, 'sources.list'), sources.join(''));
  const places = {
    State: '.',
    'State::lists': 'lists',
    'State::status': 'status',
    Cache: 'cache',
    Etc: 'etc',
    'Etc::sourcelist': 'sources.list',
    'Etc::sourceparts': 'none',
  };
  const conf = join(folder, 'apt.conf');
  writeFileSync(
    conf,
    [
      ...Object.entries(places).map(([name, path]) => `Dir::${name} "${join(folder, path)}";`),
      'APT::Architecture "amd64";',
      'APT::Architectures { "amd64"; };',
      'Acquire::Languages "none";',
      'APT::Sandbox::User "root";',
      'pkgCacheGen::ForceEssential ",";',
    ].join('\n'),
  );
  run('apt-get', ['update', '-qq'], { env: { APT_CONFIG: conf } });
  return conf;
}

function targetry(store, ...words) {
  run(process.execPath, [main, ...words], { cwd: project, env: { TARGETRY_STORE: store } });
}

function run(program, words, { cwd = top, env = {} } = {}) {
  const { status, stderr, error } = spawnSync(program, words, {
    cwd,
    env: { ...process.env, LC_ALL: 'C', ...env },
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error ?? stderr}`);
}

function measure(name, work) {
  const began = performance.now();
  work();
  measured.set(name, [...(measured.get(name) ?? []), (performance.now() - began) / 1000]);
}

function secondsOf(name) {
  return measured.has(name) ? median(measured.get(name)) : undefined;
}
