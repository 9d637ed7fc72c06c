// ELF files per second, with the symbols that force each floor, beside readelf on the same files in the same run.
//
//   npm run bench -- audit [FOLDER]
//
// Without a folder: some 800 files of npm platform packages and of Debian packages, which npm and apt fetch once and which
// stay in the folder for temporary files. Every way may use all cores and has the files in the page cache.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medianTime, tell, tellPeer, words } from './figures.mjs';

const { auditPaths } = await import('../build/src/audit/audit-paths.js');
const { auditElfFile } = await import('../build/src/audit/audit-file.js');

const cores = availableParallelism();
const folder = words[0] ?? gather();
const files = elfFilesIn(folder);
const rounds = 5;

const command = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const list = `${files.join('\0')}\0`;
const readelf = (...options) =>
  spawnSync('xargs', ['-0', '-P', String(cores), '-n', '50', 'readelf', ...options], {
    input: list,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
const rate = async (run) => (files.length / (await medianTime(rounds, run))) * 1000;
const unit = 'files/s';
const hasReadelf = tellPeer('readelf', 'readelf');
const value = hasReadelf ? await rate(() => readelf('-dVsW')) : undefined;
const peer = { name: 'readelf -dVsW', value };
const ways = {
  'ELF files audited, in one thread': () => files.forEach((file) => auditElfFile(file)),
  'the folder audited, by the function': () => auditPaths([folder], { cwd: '/' }),
  'the folder audited, by the command, as JSON': () =>
    spawnSync(process.execPath, [command, 'audit', '--format', 'json', folder], { stdio: 'ignore' }),
};
for (const [what, run] of Object.entries(ways))
  tell({ what: `${what}: ${files.length} files`, value: await rate(run), unit, peer });

/** The ELF files of real packages, and nothing else. */
function gather() {
  const place = join(tmpdir(), 'targetry-bench-audit');
  if (existsSync(place)) return place;
  const making = `${place}.${process.pid}`;
  const packed = join(making, 'packed');
  mkdirSync(packed, { recursive: true });
  // At once where that goes well; one by one, what a registry no longer has costs only itself.
  for (const [names, program, ...words] of [
    [npmPackages(), 'npm', 'pack', '--silent'],
    [debianPackages(), 'apt-get', 'download'],
  ]) {
    const fetch = (packages) => spawnSync(program, [...words, ...packages], { cwd: packed, stdio: 'ignore' });
    if (fetch(names).status !== 0) for (const name of names) fetch([name]);
  }
  for (const file of readdirSync(packed)) {
    const into = join(making, file.replace(/\.\w+$/, ''));
    mkdirSync(into);
    if (file.endsWith('.deb')) execFileSync('dpkg-deb', ['-x', join(packed, file), into]);
    else execFileSync('tar', ['-xzf', join(packed, file), '-C', into]);
  }
  rmSync(packed, { recursive: true });
  const elfs = new Set(elfFilesIn(making));
  for (const file of filesIn(making)) if (!elfs.has(file)) rmSync(file);
  renameSync(making, place);
  return place;
}

function npmPackages() {
  const all = ['x64-gnu', 'x64-musl', 'arm64-gnu', 'arm64-musl'];
  const families = [
    '@rollup/rollup-linux-',
    'lightningcss-linux-',
    '@oxc-parser/binding-linux-',
    '@oxc-resolver/binding-linux-',
    '@unrs/resolver-binding-linux-',
    '@node-rs/argon2-linux-',
    '@node-rs/bcrypt-linux-',
    '@node-rs/xxhash-linux-',
    '@tailwindcss/oxide-linux-',
    '@resvg/resvg-js-linux-',
    '@libsql/linux-',
    '@swc/core-linux-',
    '@rolldown/binding-linux-',
    '@oxlint/linux-',
    '@nomicfoundation/solidity-analyzer-linux-',
    '@ast-grep/napi-linux-',
  ];
  const others = `
    @parcel/watcher-linux-x64-glibc @parcel/watcher-linux-x64-musl @biomejs/cli-linux-x64
    @biomejs/cli-linux-x64-musl @biomejs/cli-linux-arm64 @esbuild/linux-x64 @esbuild/linux-arm64
    @img/sharp-linux-x64 @img/sharp-linuxmusl-x64 @img/sharp-libvips-linux-x64 turbo-linux-64 classic-level
    bufferutil utf-8-validate bcrypt argon2 @serialport/bindings-cpp`;
  return [...families.flatMap((family) => all.map((end) => family + end)), ...wordsOf(others)];
}

function debianPackages() {
  return wordsOf(`
    binutils-x86-64-linux-gnu coreutils curl e2fsprogs findutils gdb gstreamer1.0-plugins-base iproute2 krb5-user
    libboost-filesystem-dev libc6 libcurl4 libglib2.0-0 libicu72 libllvm15 libpython3.11-minimal
    libpython3.11-stdlib libqt5core5a libqt5gui5 libssl3 libstdc++6 mount nginx-core openssh-client perl-base
    libperl5.36 procps python3-numpy python3-lxml samba-libs sqlite3 systemd util-linux xz-utils libpam-modules
    libavcodec59 imagemagick-6.q16 git`);
}

function wordsOf(text) {
  return text.trim().split(/\s+/);
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

function elfFilesIn(folder) {
  return [...filesIn(folder)].filter(startsAsElf);
}

function startsAsElf(path) {
  const start = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    readSync(file, start, 0, 4, 0);
  } finally {
    closeSync(file);
  }
  return start.toString('latin1') === '\u007fELF';
}
