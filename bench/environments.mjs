// Roots, solving and locking beside Debian's own tools, on the same packages and indexes in the same run.
//
//   node bench/environments.mjs [ROUNDS]
//
// The packages come down once. Then, as root, in each round: mmdebstrap's whole run from a local repository of them; ours
// without unpacked packages (cold) and with them (warm), for amd64 and for arm64; the ten largest sets by apt's solver and by
// ours; and `targetry lock` with the indexes in the store. What is compared is the best of all rounds, in seconds of the
// clock; processor seconds stand beside it, for machines that have other work.
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

const rounds = Number(process.argv[2] ?? 3);
const main = fileURLToPath(new URL('../build/src/cli/main.js', import.meta.url));
const top = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
// apt reads as another user.
chmodSync(top, 0o755);
const project = join(top, 'project');
const full = join(top, 'store');
const best = new Map();

try {
  if (process.geteuid?.() !== 0)
    throw new Error('run as root: mmdebstrap has its quickest way then, and so have we');
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
  const repository = localRepository(environments.find(({ arch }) => arch === 'amd64'));
  for (let round = 0; round < rounds; round++) {
    roots(repository);
    locks();
  }
  const sets = await solver();
  report(environments[0].packages.length, sets);
} finally {
  rmSync(top, { recursive: true, force: true, maxRetries: 5 });
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
  const apt = aptFolder(blobs.filter(({ size }) => size > 0));
  for (const set of SETS) {
    const request = {
      packages: set.split(' ').map((spec) => ({ spec })),
      arch: 'amd64',
      recommends: false,
      where: RELEASE,
    };
    for (let round = 0; round < rounds; round++) {
      const env = { APT_CONFIG: apt };
      const asked = ['-qq', '-s', 'install', '--no-install-recommends', '?essential', ...set.split(' ')];
      measure(`apt-get -s ${set}`, () => run('apt-get', asked, { env }));
      const universe = new DebUniverse(
        opened.flatMap((one) => one.indexes.map((index) => ({ index, priority: 500 }))),
      );
      let count = 0;
      measure(`solve ${set}`, () => (count = solve(universe, request).chosen.length));
      best.get(`solve ${set}`).count = count;
    }
  }
  return SETS;
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
  const [began, before] = [performance.now(), processorSeconds()];
  work();
  const seconds = (performance.now() - began) / 1000;
  const processor = processorSeconds() - before;
  console.error(`${name}: ${seconds.toFixed(2)} s, ${processor.toFixed(2)} cpu`);
  const known = best.get(name) ?? { seconds: Infinity, processor: Infinity };
  best.set(name, {
    ...known,
    seconds: Math.min(known.seconds, seconds),
    processor: Math.min(known.processor, processor),
  });
}

/** Of this process and of all its children that have ended. */
function processorSeconds() {
  // Fields 14 to 17 of the line, which follow the name in brackets.
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

function report(packages, sets) {
  console.log(
    `root of ${RELEASE} with ${PACKAGES.join(', ')}: ${packages} packages; best of ${rounds} rounds\n`,
  );
  for (const [name, { seconds, processor }] of best) {
    if (/^(apt-get|solve) /.test(name)) continue;
    const times = `${seconds.toFixed(2).padStart(7)} s ${processor.toFixed(2).padStart(7)} cpu`;
    const peer = best.get('mmdebstrap');
    const ratios = [peer.seconds / seconds, peer.processor / processor].map((one) =>
      one.toFixed(1).padStart(7),
    );
    const beside = name.startsWith('targetry lock') ? '' : `${ratios[0]} x ${ratios[1]} x cpu`;
    console.log(`${name.padEnd(40)} ${times} ${beside}`);
  }
  console.log('\nsolver, without reading the indexes, beside `apt-get -s` with its cache made before\n');
  for (const set of sets) {
    const [apt, own] = [best.get(`apt-get -s ${set}`), best.get(`solve ${set}`)];
    const times = `${apt.seconds.toFixed(2).padStart(7)} s ${own.seconds.toFixed(3).padStart(7)} s`;
    console.log(
      `${set.padEnd(54)} ${String(own.count).padStart(4)} ${times} ${(apt.seconds / own.seconds).toFixed(0).padStart(5)} x`,
    );
  }
}
