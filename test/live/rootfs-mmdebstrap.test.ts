/** What differs between our root and one that mmdebstrap installs of the same packages, path by path. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { LockedEnvironment } from '../../src/lock/lock.ts';
import { readLock } from '../../src/lock/read.ts';
import { writeRootfs } from '../../src/operations/rootfs.ts';
import { readAptConfiguration } from '../../src/packages/deb/apt-config.ts';
import { findMirrors } from '../../src/packages/deb/mirrors.ts';
import { Failure } from '../../src/report/failure.ts';
import { ExampleRoots, RELEASES, repository, whyNotHere } from '../example-roots.ts';
import { compareRoots, membersOfTar } from '../root-archives.ts';

const explanations = join(repository, 'test/mmdebstrap-differences.json');

describe("roots of the example environments beside mmdebstrap's", { skip: whyNotHere() || noTool() }, () => {
  const roots = new ExampleRoots();
  const used = new Set<string>();

  for (const release of RELEASES) {
    roots.test(`${release}: every difference is explained`, async () => {
      const { path } = await roots.write('one', release, 'x64');
      const lock = (await readLock(join(roots.top, 'one/targetry.lock'), 'targetry.lock'))!;
      const locked = lock.environments.find(({ name, arch }) => name === release && arch === 'amd64')!;
      const found = await compared(path, locked, join(roots.top, 'mmdebstrap.tar'));
      for (const one of found) used.add(one);
    });
  }

  roots.test('noble: every difference is explained', async (t) => {
    const folder = join(roots.top, 'ubuntu');
    mkdirSync(folder);
    const packages = 'apt, g++, make, python3-venv, pkg-config, ca-certificates';
    const yaml = `name: x\nenvironments: { it: { ubuntu: noble, packages: [${packages}] } }\n`;
    writeFileSync(join(folder, 'targetry.yaml'), yaml);
    const context = { ...roots.context('one'), cwd: folder };
    const output = join(folder, 'it.tar');
    try {
      await writeRootfs(context, { environment: 'it', arch: 'x64', output });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
      return t.skip(error.message);
    }
    const lock = (await readLock(join(folder, 'targetry.lock'), 'targetry.lock'))!;
    const sources = await ubuntuSources();
    for (const one of await compared(output, lock.environments[0]!, join(folder, 'theirs.tar'), sources))
      used.add(one);
    return undefined;
  });

  roots.test('no explanation is left of a difference that is gone', () => {
    const all = JSON.parse(readFileSync(explanations, 'utf8')) as { path: string }[];
    assert.deepEqual(
      all.map(({ path }) => path).filter((path) => !used.has(path)),
      [],
    );
  });
});

/** Makes mmdebstrap's of the same packages, and tells which explanations there is a use for. */
async function compared(
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
  for (const tar of [ours, theirs]) rmSync(tar);
  assert.deepEqual(unexplained, []);
  return used;
}

/** This machine's apt may know nothing of Ubuntu. */
async function ubuntuSources(): Promise<string[]> {
  const apt = await readAptConfiguration('/etc/apt');
  const { main, security } = await findMirrors({ distro: 'ubuntu', arch: 'amd64', apt });
  const key = join(repository, 'data/distros/ubuntu-keys/archive-2018.asc');
  return ['noble', 'noble-updates', 'noble-security'].map((suite) => {
    const [base] = suite.endsWith('-security') ? security : main;
    return `deb [signed-by=${key}] ${base} ${suite} main universe`;
  });
}

function noTool(): string | false {
  return spawnSync('mmdebstrap', ['--version']).error === undefined ? false : 'mmdebstrap is not installed';
}
