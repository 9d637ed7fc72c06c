/** What differs between a root of ours and one that mmdebstrap installs of the same packages, path by path. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedEnvironment } from '../src/lock/lock.ts';
import { readAptConfiguration } from '../src/packages/deb/apt-config.ts';
import { findMirrors } from '../src/packages/deb/mirrors.ts';
import { Store } from '../src/store/store.ts';
import { repository } from './example-roots.ts';
import { compareRoots, membersOfTar } from './root-archives.ts';

const explanations = join(repository, 'test/mmdebstrap-differences.json');

/** The paths of all differences that are as they should be. */
export function explainedPaths(): string[] {
  return (JSON.parse(readFileSync(explanations, 'utf8')) as { path: string }[]).map(({ path }) => path);
}

interface Other {
  readonly locked: LockedEnvironment;
  /** That has its packages. */
  readonly store: string;
  /** For what is made, and gone after it. */
  readonly folder: string;
  readonly sources?: readonly string[];
}

/** Makes mmdebstrap's of the same packages, and tells which explanations there is a use for. */
export async function besideMmdebstrap(
  ours: string,
  { locked, store, folder, sources = [] }: Other,
): Promise<Iterable<string>> {
  const [theirs, debs] = [join(folder, 'theirs.tar'), join(folder, 'debs')];
  await linkDebs(locked, store, debs);
  const include = locked.packages.map(({ name, version }) => `${name}=${version}`).join(',');
  // Of the essential ones two rounds, of the others one: `custom` would unpack all of them twice.
  const words = ['--quiet', '--variant=apt', '--architectures=amd64', `--include=${include}`];
  const cache = '"$1/var/cache/apt/archives"';
  const hook = `--setup-hook=mkdir -p ${cache} && cp -l '${debs}'/* ${cache}`;
  // Nobody needs this root after a power cut.
  const env = { ...process.env, DPKG_FORCE: 'security-mac,downgrade,unsafe-io' };
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync('mmdebstrap', [...words, hook, locked.release, theirs, ...sources], {
    env,
    stdio: [...stdio],
  });
  const { used, unexplained } = compareRoots(
    await membersOfTar(ours),
    await membersOfTar(theirs),
    explanations,
  );
  for (const path of [theirs, debs]) rmSync(path, { recursive: true });
  assert.deepEqual(unexplained, []);
  return used;
}

/** By the names under which apt looks for what it has fetched before. */
async function linkDebs({ packages }: LockedEnvironment, folder: string, debs: string): Promise<void> {
  const store = await Store.open(folder);
  mkdirSync(debs);
  for (const { name, version, arch, sha256 } of packages) {
    const file = `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;
    linkSync(store.blobPath(sha256), join(debs, file));
  }
}

/** This machine's apt may know nothing of Ubuntu. */
export async function ubuntuSources(): Promise<string[]> {
  const apt = await readAptConfiguration('/etc/apt');
  const { main, security } = await findMirrors({ distro: 'ubuntu', arch: 'amd64', apt });
  const key = join(repository, 'data/distros/ubuntu-keys/archive-2018.asc');
  return ['noble', 'noble-updates', 'noble-security'].map((suite) => {
    const [base] = suite.endsWith('-security') ? security : main;
    return `deb [signed-by=${key}] ${base} ${suite} main universe`;
  });
}

export function whyNoMmdebstrap(): string | undefined {
  return spawnSync('mmdebstrap', ['--version']).error === undefined
    ? undefined
    : 'mmdebstrap is not installed';
}
