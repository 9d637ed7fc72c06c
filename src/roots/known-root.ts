/** What a root is called and what is there of one: all that a build with nothing changed asks, and cheap to load for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfValue } from '../base/sha256.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { Store } from '../store/store.ts';
import { packageFormat } from './locked-archives.ts';
import type { TreeManifest } from './tree-manifest.ts';

/** Part of every root's key: to be raised with every change of what is composed from the same packages, or where. */
export const COMPOSER_VERSION = 7;

/** The same for a sysroot, of which the packages alone decide besides. */
const SYSROOT_VERSION = 3;

/** Names the content of the root: equal keys, equal roots. Sections with the same packages share one. */
export function rootKey(locked: LockedEnvironment): string {
  const { distro, release, arch, role } = locked;
  const packages = locked.packages.map(({ sha256 }) => sha256).sort();
  if (role === 'sysroot') return sha256OfValue({ sysroot: SYSROOT_VERSION, packages });
  // apk keeps in the root what was asked for, and where it came from.
  const tags = tagsOf(locked);
  const kept = packageFormat(locked) === 'apk' && {
    asked: locked.asked,
    repositories: locked.repositories.map(({ name, key }) => [name, key]),
    ...(tags.size > 0 && { tagged: locked.packages.map(({ repository }) => tags.get(repository) ?? '') }),
  };
  const layers = locked.layers.map(({ sha256 }) => sha256);
  const tools = locked.tools.map(({ source, name, of, sha256 }) => ({ source, name, of, sha256 }));
  return sha256OfValue({
    composer: COMPOSER_VERSION,
    distro,
    release,
    arch,
    packages,
    ...kept,
    ...(layers.length > 0 && { layers }),
    ...(tools.length > 0 && { tools }),
    ...(locked.users.length > 0 && { users: locked.users }),
  });
}

/** A root that was made before. */
export function rootFolder(store: Store, key: string): string | undefined {
  return store.hasFolder('roots', key) ? join(store.folderPath('roots', key), 'fs') : undefined;
}

/** What a root that is there holds, exactly. */
export function rootManifest(store: Store, key: string): TreeManifest {
  const text = readFileSync(join(store.folderPath('roots', key), 'manifest.json'), 'utf8');
  return JSON.parse(text) as TreeManifest;
}

/** Those of apk's repositories, by repository; most have none. */
export function tagsOf({ repositories }: LockedEnvironment): ReadonlyMap<string, string> {
  return new Map(repositories.flatMap(({ name, tag }) => (tag === undefined ? [] : [[name, tag]])));
}
