/** What differs between a root of ours and one that mmdebstrap installs of the same packages, path by path. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedEnvironment } from '../src/lock/lock.ts';
import { readAptConfiguration } from '../src/packages/deb/apt-config.ts';
import { findMirrors } from '../src/packages/deb/mirrors.ts';
import { repository } from './example-roots.ts';
import { compareRoots, membersOfTar } from './root-archives.ts';

const explanations = join(repository, 'test/mmdebstrap-differences.json');

/** The paths of all differences that are as they should be. */
export function explainedPaths(): string[] {
  return (JSON.parse(readFileSync(explanations, 'utf8')) as { path: string }[]).map(({ path }) => path);
}

/** Makes mmdebstrap's of the same packages, in a tar that is gone after it, and tells which explanations there is a use for. */
export async function besideMmdebstrap(
  ours: string,
  { release, packages }: LockedEnvironment,
  theirs: string,
  sources: readonly string[] = [],
): Promise<Iterable<string>> {
  const include = packages.map(({ name, version }) => `${name}=${version}`).join(',');
  const words = ['--quiet', '--variant=custom', '--architectures=amd64', `--include=${include}`];
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync('mmdebstrap', [...words, release, theirs, ...sources], { stdio: [...stdio] });
  const { used, unexplained } = compareRoots(
    await membersOfTar(ours),
    await membersOfTar(theirs),
    explanations,
  );
  rmSync(theirs);
  assert.deepEqual(unexplained, []);
  return used;
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
