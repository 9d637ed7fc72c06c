/**
 * What the audit concludes, held against what happens: files of real npm packages in the roots of Debian and Alpine.
 *
 * "Yes" has to load, "no" has to be refused for a reason of the same kind, and "unknown" has to say why. What a verdict
 * takes for granted is there: common libraries in Debian's roots, and on Alpine those that Node brings.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { auditPaths } from '../../src/audit/audit-paths.ts';
import type { ElfAudit, Verdict } from '../../src/audit/report.ts';
import { sourceOfFile } from '../../src/formats/elf/byte-source.ts';
import { readElf } from '../../src/formats/elf/elf-file.ts';
import { SourcesOnDemand } from '../../src/operations/locking/sources-on-demand.ts';
import { lockProject } from '../../src/operations/lock.ts';
import { rootInput } from '../../src/operations/preparing/open-root.ts';
import type { Context } from '../../src/report/context.ts';
import { Store } from '../../src/store/store.ts';
import { testStore } from '../build/command-line.ts';
import { isHostSymbol, LoaderBench, type Load, type Place, type Refusal } from '../loader.ts';
import { npmTarballs } from '../npm-tarballs.ts';

const ADDONS = [
  '@rollup/rollup-linux-x64-gnu@4.68.7',
  '@rollup/rollup-linux-x64-musl@4.68.2',
  '@parcel/watcher-linux-x64-glibc@2.6.0',
  '@parcel/watcher-linux-x64-musl@2.6.0',
  'lightningcss-linux-x64-gnu@1.33.0',
  'lightningcss-linux-x64-musl@1.33.0',
  '@oxc-parser/binding-linux-x64-gnu@0.158.0',
  '@oxc-parser/binding-linux-x64-musl@0.158.0',
  '@unrs/resolver-binding-linux-x64-gnu@1.13.0',
  '@unrs/resolver-binding-linux-x64-musl@1.13.0',
  '@node-rs/argon2-linux-x64-gnu@2.2.1',
  '@node-rs/argon2-linux-x64-musl@2.2.1',
  '@node-rs/bcrypt-linux-x64-gnu@2.0.0',
  '@node-rs/bcrypt-linux-x64-musl@1.10.9',
  '@node-rs/xxhash-linux-x64-gnu@1.7.8',
  '@node-rs/crc32-linux-x64-musl@1.10.8',
  '@tailwindcss/oxide-linux-x64-gnu@4.3.5',
  '@tailwindcss/oxide-linux-x64-musl@4.3.5',
  '@img/sharp-linux-x64@0.35.5',
  '@img/sharp-linuxmusl-x64@0.35.5',
  '@msgpackr-extract/msgpackr-extract-linux-x64@3.0.7',
  '@cbor-extract/cbor-extract-linux-x64@2.2.2',
  '@lmdb/lmdb-linux-x64@3.5.6',
  'classic-level@3.0.0',
  '@resvg/resvg-js-linux-x64-gnu@2.6.2',
  '@resvg/resvg-js-linux-x64-musl@2.6.2',
  'bufferutil@4.1.0',
  'utf-8-validate@6.0.6',
  'bcrypt@6.0.0',
  '@nomicfoundation/solidity-analyzer-linux-x64-gnu@0.1.2',
  '@nomicfoundation/solidity-analyzer-linux-x64-musl@0.1.2',
  '@libsql/linux-x64-gnu@0.5.29',
  '@libsql/linux-x64-musl@0.5.29',
  '@lydell/node-pty-linux-x64@1.1.0',
  '@ast-grep/napi-linux-x64-gnu@0.51.1',
];

const PROGRAMS = [
  '@esbuild/linux-x64@0.28.2',
  '@dprint/linux-x64-glibc@0.57.4',
  '@dprint/linux-x64-musl@0.57.4',
  '@dprint/linux-x64-glibc@0.54.0',
  '@oxlint/linux-x64-gnu@1.43.0',
  '@oxlint/linux-x64-musl@1.43.0',
  '@sentry/cli-linux-x64@3.8.0',
  'lefthook-linux-x64@2.2.2',
  'sass-embedded-linux-x64@1.108.2',
  'sass-embedded-linux-musl-x64@1.105.0',
];

const DEBIAN = { 'debian-11': 'bullseye', 'debian-12': 'bookworm', 'debian-13': 'trixie' };
/** With the wheel that brings libstdc++ and libgcc_s for musl, as an Alpine with Node has them. */
const ALPINE = {
  '3.12.12': { wheel: 'kiwisolver==1.4.5', platform: 'musllinux_1_1_x86_64' },
  '3.16.9': { wheel: 'kiwisolver==1.4.7', platform: 'musllinux_1_2_x86_64' },
  '3.19.4': { wheel: 'kiwisolver==1.4.7', platform: 'musllinux_1_2_x86_64' },
  '3.20.3': { wheel: 'kiwisolver==1.4.7', platform: 'musllinux_1_2_x86_64' },
};

const shared = process.env['TARGETRY_SHARED'] ?? resolve('../shared');
const kept = join(tmpdir(), 'targetry-loader-roots');

interface Candidate {
  /** Below the folder that the roots see. */
  readonly path: string;
  readonly audit: ElfAudit;
  readonly runsOn: ReadonlyMap<string, Verdict>;
}

describe('the verdict equals the loader', { skip: whyNot() }, () => {
  let work: string;
  let bench: LoaderBench;
  let candidates: Candidate[];
  const lines: string[] = [];
  const counts = { yes: 0, no: 0, unknown: 0 };

  before(async () => {
    mkdirSync(kept, { recursive: true });
    work = mkdtempSync(join(tmpdir(), 'targetry-loader-'));
    const elfs = unpackAll(work, [...ADDONS, ...PROGRAMS]);
    bench = new LoaderBench(work, new Set(elfs.flatMap(hostSymbolsOf)));
    candidates = await auditAll(work, elfs);
  });
  after(() => {
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
    for (const line of lines) console.log(line);
    console.log(`verdicts held against a loader: ${JSON.stringify(counts)}`);
  });

  it('has files of 30 packages and more', () => {
    const packages = new Set(candidates.map(({ path }) => path.split('/')[0]));
    assert.ok(packages.size >= 30, `only ${packages.size} packages could be fetched`);
  });

  for (const distro of Object.keys(DEBIAN) as (keyof typeof DEBIAN)[]) {
    it(distro, { timeout: 300_000 }, async () => {
      compare({ distro, folder: await debianRoot(distro), loader: '/lib64/ld-linux-x86-64.so.2' });
    });
  }
  for (const [version, source] of Object.entries(ALPINE)) {
    const distro = `alpine-${version.split('.').slice(0, 2).join('.')}`;
    it(distro, { timeout: 300_000 }, (t) => {
      const libraries = muslLibraries(work, source);
      if (libraries === undefined) return t.skip(`PyPI's client could not fetch ${source.wheel}`);
      compare({ distro, folder: alpineRoot(version), loader: '/lib/ld-musl-x86_64.so.1', libraries });
    });
  }

  function compare(place: Place): void {
    const wrong: string[] = [];
    const tally = { yes: [0, 0], no: [0, 0], unknown: [0, 0] };
    for (const { path, audit, runsOn } of candidates) {
      const verdict = runsOn.get(place.distro)!;
      const load = bench.load(place, path, audit.interpreter !== null || audit.libc === 'static');
      tally[verdict.runs][load.refused === undefined ? 0 : 1]!++;
      counts[verdict.runs]++;
      const said = `${path}: ${verdict.runs} ${JSON.stringify(verdict.because)}`;
      if (!agrees(verdict, load)) wrong.push(`${said}; the loader: ${load.told || 'loads'}`);
    }
    const cells = Object.entries(tally).map(
      ([runs, [loads, not]]) => `${runs}: ${loads} load, ${not} do not`,
    );
    lines.push(`${place.distro.padEnd(12)} ${cells.join(' · ')} · ${wrong.length} disagree`);
    assert.deepEqual(wrong, []);
  }
});

function agrees({ runs, because }: Verdict, { refused }: Load): boolean {
  if (runs === 'unknown') return because.length > 0 && because.every((reason) => reason !== '');
  if (runs === 'yes') return refused === undefined;
  return refused !== undefined && because.some((reason) => refusalsMeant(reason).includes(refused));
}

/** One reason can show as several errors, by what the loader meets first. */
function refusalsMeant(reason: string): readonly Refusal[] {
  if (/interpreter/.test(reason)) return ['interpreter'];
  if (/executable stack/.test(reason)) return ['stack'];
  if (/, which is (?:musl|glibc)'s/.test(reason)) return ['library'];
  if (/comes with musl|of glibc, which musl does not have/.test(reason)) return ['symbol'];
  return /needs [A-Z]+_/.test(reason) ? ['version'] : [];
}

function unpackAll(work: string, packages: readonly string[]): string[] {
  return [...npmTarballs(packages)].flatMap(([name, tarball]) => {
    const folder = join(work, name.replaceAll('/', '+'));
    mkdirSync(folder);
    execFileSync('tar', ['-xzf', tarball, '-C', folder]);
    execFileSync('chmod', ['-R', 'u+rwX,a+x', folder]);
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(isElfForX64);
  });
}

function isElfForX64(path: string): boolean {
  return withElf(path, ({ machine, type }) => machine === 'x86_64' && type !== 'rel') ?? false;
}

function hostSymbolsOf(path: string): string[] {
  const names: string[] = [];
  withElf(path, ({ symbols }) =>
    symbols?.forEachUndefined((name) => {
      if (isHostSymbol(name)) names.push(name);
    }),
  );
  return names;
}

function withElf<Value>(path: string, act: (elf: ReturnType<typeof readElf>) => Value): Value | undefined {
  const file = openSync(path, 'r');
  try {
    const source = sourceOfFile(file, fstatSync(file).size);
    return source.read(0, 4).toString('latin1') === '\u007fELF' ? act(readElf(source)) : undefined;
  } finally {
    closeSync(file);
  }
}

async function auditAll(work: string, elfs: readonly string[]): Promise<Candidate[]> {
  const artifacts = await auditPaths(elfs, { cwd: work });
  return artifacts.map(({ path, elfs: [audit], runsOn }) => ({
    path: relative(work, path),
    audit: audit!,
    runsOn: new Map(runsOn.map((verdict) => [verdict.distro, verdict])),
  }));
}

/** Made by the product from the machine's mirror, once, of packages that other tests have unpacked. */
async function debianRoot(distro: keyof typeof DEBIAN): Promise<string> {
  const folder = join(kept, distro);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'targetry.yaml'),
    `name: roots
environments:
  ${distro}: { debian: ${DEBIAN[distro]}, packages: [libc6, libstdc++6, libgcc-s1, zlib1g] }
targets:
  all: { environment: ${distro}, arch: x64 }
steps: [{ name: none, run: "true" }]
artifacts: [{ path: none, kind: file }]
`,
  );
  const store = await Store.open(testStore);
  const context: Context = {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    store: testStore,
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  const { lock } = await lockProject(context, { environments: [], update: false });
  const sources = new SourcesOnDemand(context, store, { environments: new Map() });
  try {
    const input = rootInput(context, { locked: lock.environments[0]!, sources });
    assert.equal(input.kind, 'root');
    return await input.open();
  } finally {
    await sources.close();
  }
}

function alpineRoot(version: string): string {
  const folder = join(kept, `alpine-${version}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(join(kept, 'making-'));
  execFileSync('tar', ['-xzf', tarballOf(version), '-C', making]);
  renameSync(making, folder);
  return folder;
}

function tarballOf(version: string): string {
  return join(shared, `data/alpine/alpine-minirootfs-${version}-x86_64.tar.gz`);
}

interface WheelSource {
  readonly wheel: string;
  readonly platform: string;
}

/** Under their own names besides those that the wheel gave them, by which they find each other. */
function muslLibraries(work: string, source: WheelSource): string | undefined {
  const name = `libraries-${source.platform}`;
  const folder = join(kept, name);
  if (!existsSync(folder)) fetchWheel(folder, source);
  if (!existsSync(folder)) return undefined;
  mkdirSync(join(work, name), { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const library = /^(libstdc\+\+|libgcc_s)-\w+(\.so\.\d+)/.exec(entry.name);
    if (!library) continue;
    for (const as of [entry.name, `${library[1]}${library[2]}`])
      copyFileSync(join(entry.parentPath, entry.name), join(work, name, as));
  }
  return name;
}

function fetchWheel(folder: string, { wheel, platform }: WheelSource): void {
  const making = mkdtempSync(join(kept, 'making-'));
  const options = ['--platform', platform, '--python-version', '3.10', '--implementation', 'cp'];
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', making];
  spawnSync('python3', [...pip, ...options, wheel], { stdio: 'ignore' });
  const file = readdirSync(making).find((name) => name.endsWith('.whl'));
  if (file === undefined) return;
  spawnSync('python3', ['-m', 'zipfile', '-e', join(making, file), making]);
  renameSync(making, folder);
}

function whyNot(): string | false {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x64';
  if (process.getuid?.() !== 0) return 'only root enters other roots';
  if (spawnSync('gcc', ['--version']).status !== 0) return 'needs gcc, for the probe';
  return Object.keys(ALPINE).every((version) => existsSync(tarballOf(version)))
    ? false
    : 'the shared Alpine roots are missing';
}
