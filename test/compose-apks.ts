/** Composes a root from Alpine packages that a test makes. */
import type { TestContext } from 'node:test';
import { parsePkgInfo, readApkHead } from '../src/formats/apk.ts';
import type { LockedEnvironment, LockedPackage } from '../src/lock/lock.ts';
import type { Store } from '../src/store/store.ts';
import { apk, type TarMember } from './archives.ts';
import { composeLocked, type TestRoot } from './compose-debs.ts';

export interface ComposedApk {
  readonly name: string;
  readonly version?: string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly files?: readonly TarMember[];
  readonly scripts?: Readonly<Record<string, string>>;
}

/** All packages are asked for, in alphabetical order, so that nothing but their dependencies decides about another. */
export async function composeApks(t: TestContext, packages: readonly ComposedApk[]): Promise<TestRoot> {
  const files = await Promise.all(packages.map((one) => apkFile(makeApk(one))));
  const wishes = packages.map(({ name }) => name).sort();
  return composeLocked(t, (store) => lockApks(store, 'x86_64', wishes, files));
}

/** Folders above the files are made where the package has none of its own. */
export function makeApk({ name, version = '1-r0', fields, files = [], scripts }: ComposedApk): Buffer {
  const members: TarMember[] = [];
  const made = new Set(files.map(({ path }) => path.replace(/\/$/, '')));
  for (const file of files) {
    for (let at = file.path.indexOf('/'); at !== -1; at = file.path.indexOf('/', at + 1)) {
      const folder = file.path.slice(0, at);
      if (!made.has(folder)) members.push({ path: folder, type: '5', mode: 0o755 });
      made.add(folder);
    }
    members.push(file);
  }
  const usual = { pkgname: name, pkgver: version, pkgdesc: 'a test', url: 'none', size: '1', license: 'MIT' };
  return apk({ ...usual, ...fields }, members, scripts === undefined ? {} : { scripts });
}

export interface ApkFile {
  readonly name: string;
  readonly version: string;
  readonly bytes: Buffer;
}

export async function apkFile(bytes: Buffer): Promise<ApkFile> {
  const head = await readApkHead(bytes);
  const info = parsePkgInfo(Buffer.from(head.files.get('.PKGINFO')!).toString());
  const field = (key: string) => info.get(key)!.at(-1)!;
  return { name: field('pkgname'), version: field('pkgver'), bytes };
}

/** What a lock says of them; `wishes` are what was asked for, and `packages` all that this brings. */
export async function lockApks(
  store: Store,
  arch: string,
  wishes: readonly string[],
  packages: readonly ApkFile[],
): Promise<LockedEnvironment> {
  const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
  const locked = sorted.map(async ({ name, version, bytes }): Promise<LockedPackage> => {
    const blob = await store.addBlob([bytes]);
    return { name, version, arch, repository: 'test', path: `${name}-${version}.apk`, ...blob };
  });
  return {
    name: 'test',
    role: 'environment',
    distro: 'alpine',
    release: '3.20',
    arch,
    inputs: '',
    asked: [...wishes],
    users: [],
    repositories: [],
    packages: await Promise.all(locked),
    layers: [],
    tools: [],
  };
}
