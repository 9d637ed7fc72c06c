import { productJson } from '../base/product-file.ts';
import type { DistroFamily } from './failure-class.ts';

/**
 * `data/explain/packages.json`: what brings a header, a library, a pkg-config module, a program or, by its soname, a library
 * that programs are run with, for each family.
 */
type PackageTable = Readonly<
  Record<
    'headers' | 'libraries' | 'programs' | 'sonames',
    Readonly<Record<string, readonly [string, string, string]>>
  >
>;

let loaded: PackageTable | undefined;

function packageTable(): PackageTable {
  loaded ??= productJson('data/explain/packages.json') as PackageTable;
  return loaded;
}

const commands: Readonly<Record<DistroFamily, string>> = {
  debian: 'apt-get install',
  alpine: 'apk add',
  fedora: 'dnf install',
};
const families: readonly DistroFamily[] = ['debian', 'alpine', 'fedora'];

/** Where the log comes from, as far as cures depend on it. */
export interface LogPlace {
  readonly distro: DistroFamily | undefined;
  /** An environment of a project: its packages are written down, not installed. */
  readonly isEnvironment: boolean;
  /** That of what the environment compiles against, where it has such a thing beside itself. */
  readonly sysroot?: DistroFamily | undefined;
}

/** How to come by what the groups `header`, `library`, `module` or `program` name. */
export function installWords(groups: Readonly<Record<string, string>>, place: LogPlace): string {
  const packages = packagesFor(groups);
  const { program, header, library, module } = groups;
  const isRun = program !== undefined && (header ?? library ?? module) === undefined;
  const sysroot = isRun ? undefined : place.sysroot;
  if (packages === undefined) {
    return place.isEnvironment
      ? `add the package that brings it to ${packagesKey(sysroot)}`
      : 'install the package that brings it';
  }
  return sysroot === undefined
    ? wordsFor(packages, place)
    : wantedIn(packages[families.indexOf(sysroot)]!, sysroot);
}

function packagesKey(sysroot: DistroFamily | undefined): string {
  return sysroot === undefined ? '`packages:` of the environment' : '`packages:` of its `sysroot:`';
}

/** How to come by the shared library that the group names; undefined where it is none that is known. */
export function runtimeWords(
  { library }: Readonly<Record<string, string>>,
  place: LogPlace,
): string | undefined {
  const packages = packageTable().sonames[library?.replace(/^.*\//, '') ?? ''];
  return packages && wordsFor(packages, place);
}

function wordsFor(packages: readonly string[], { distro, isEnvironment }: LogPlace): string {
  if (isEnvironment && distro !== undefined) return wantedIn(packages[families.indexOf(distro)]!, undefined);
  const ways = families.map((family, at) => `\`${commands[family]} ${packages[at]}\``);
  if (distro !== undefined) return ways[families.indexOf(distro)]!;
  return `${ways[0]} (Debian), ${ways[1]} (Alpine), ${ways[2]} (Fedora)`;
}

/** A cure in the words of the place: nothing is installed into an environment, its packages are written down. */
export function inPlace(cure: string, { isEnvironment, sysroot }: LogPlace): string {
  if (!isEnvironment) return cure;
  const command = /`(?:apt-get install|apk add|dnf install) ([^-`][^`]*)`/g;
  return cure.replaceAll(command, (_, packages: string) =>
    wantedIn(packages, /-dev\b/.test(packages) ? sysroot : undefined),
  );
}

function wantedIn(packages: string, sysroot: DistroFamily | undefined): string {
  return `add \`${packages}\` to ${packagesKey(sysroot)}`;
}

function packagesFor({ header, library, module, program }: Readonly<Record<string, string>>) {
  const { headers, libraries, programs } = packageTable();
  if (header !== undefined) return headers[header] ?? headers[`${header.split('/')[0]}/`];
  const name = (library ?? module)?.replace(/^lib(?!\w?$)/, '').replace(/\.(?:so|a|pc)\b.*$/, '');
  if (name !== undefined)
    return libraries[name.toLowerCase()] ?? libraries[name.toLowerCase().replace(/[-\d.]+$/, '')];
  const called = program?.replace(/^.*\//, '');
  // Build systems write names as people do: `Ninja`.
  return called === undefined ? undefined : (programs[called] ?? programs[called.toLowerCase()]);
}

/** Debian's packages with a library, as `-l` or pkg-config name it. */
export function debianPackage(library: string): string | undefined {
  return packagesFor({ library })?.[families.indexOf('debian')];
}

/** Headers and folders of headers that belong to libraries, none to a project of its own. */
export function knownHeaders(): readonly string[] {
  return Object.keys(packageTable().headers);
}
