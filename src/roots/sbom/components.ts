/** What is in a root, by the package databases that are in it: so it holds for images and files of the user too. */
import { parseDeb822 } from '../../formats/deb822.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { RootTree } from '../root-tree.ts';

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly arch: string | undefined;
  /** The package URL, by which scanners know a package. */
  readonly purl: string;
  /** Of the file that was unpacked, where the lock has it. */
  readonly sha256: string | undefined;
  /** What it was built from, where that has another name or version. */
  readonly source: string | undefined;
  readonly license: string | undefined;
}

export interface Inventory {
  /** `ID` and `VERSION_ID` of os-release; the lock's words where there is none. */
  readonly os: { readonly id: string; readonly version: string };
  /** Sorted by package URL. */
  readonly components: readonly Component[];
}

export function inventoryOf(tree: RootTree, locked: LockedEnvironment): Inventory {
  const os = osOf(tree, locked);
  const hashes = new Map(
    locked.packages.map(({ name, version, arch, sha256 }) => [`${name} ${version} ${arch}`, sha256]),
  );
  const components = [
    ...debComponents(tree, os),
    ...apkComponents(tree, os),
    ...locked.tools.map(({ source, name, version, sha256 }): Component => ({
      name,
      version,
      arch: undefined,
      purl: `pkg:${source}/${name.split('/').map(encode).join('/')}@${encode(version)}`,
      sha256,
      source: undefined,
      license: undefined,
    })),
  ].map((one) => ({ ...one, sha256: one.sha256 ?? hashes.get(`${one.name} ${one.version} ${one.arch}`) }));
  return { os, components: components.sort((a, b) => (a.purl < b.purl ? -1 : 1)) };
}

function osOf(tree: RootTree, { distro, release }: LockedEnvironment): Inventory['os'] {
  const text = tree.readText('etc/os-release') ?? tree.readText('usr/lib/os-release') ?? '';
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1];
  return { id: field('ID') ?? distro, version: field('VERSION_ID') ?? release };
}

function debComponents(tree: RootTree, os: Inventory['os']): Component[] {
  const stanzas = parseDeb822(tree.readText('var/lib/dpkg/status') ?? '');
  return stanzas.flatMap((stanza): Component[] => {
    const [name, version, arch] = ['package', 'version', 'architecture'].map((key) => stanza.get(key));
    if (name === undefined || version === undefined || !stanza.get('status')?.endsWith(' installed'))
      return [];
    const [, from, fromVersion] = /^(\S+)(?: \((.*)\))?$/.exec(stanza.get('source') ?? '') ?? [];
    const source =
      from === undefined ? undefined : fromVersion === undefined ? from : `${from}@${fromVersion}`;
    return [component('deb', os, { name, version, arch, source, license: undefined })];
  });
}

function apkComponents(tree: RootTree, os: Inventory['os']): Component[] {
  const text = tree.readText('lib/apk/db/installed') ?? tree.readText('usr/lib/apk/db/installed') ?? '';
  return text.split('\n\n').flatMap((entry): Component[] => {
    const field = (key: string) => new RegExp(`^${key}:(.*)$`, 'm').exec(entry)?.[1];
    const [name, version] = [field('P'), field('V')];
    if (name === undefined || version === undefined) return [];
    const source = field('o') === name ? undefined : field('o');
    return [component('apk', os, { name, version, arch: field('A'), source, license: field('L') })];
  });
}

function component(
  type: 'deb' | 'apk',
  { id, version: release }: Inventory['os'],
  one: Omit<Component, 'purl' | 'sha256'>,
): Component {
  const qualifiers = [
    ...(one.arch === undefined ? [] : [`arch=${encode(one.arch)}`]),
    `distro=${encode(release === '-' ? id : `${id}-${release}`)}`,
    ...(one.source === undefined ? [] : [`upstream=${encode(one.source)}`]),
  ];
  const purl = `pkg:${type}/${encode(id)}/${encode(one.name)}@${encode(one.version)}?${qualifiers.join('&')}`;
  return { ...one, purl, sha256: undefined };
}

/** As package URLs have it: a colon stays. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, escaped);
}

function escaped(char: string): string {
  return `%${char.codePointAt(0)!.toString(16).toUpperCase()}`;
}
