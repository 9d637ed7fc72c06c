/** What npm's registry and a package's own package.json say of it, as far as it decides whether and how it is installed. */
import { posix } from 'node:path';
import { jsonIn } from '../base/json-text.ts';

export interface NpmManifest {
  readonly name: string;
  readonly version: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
  /** Range by name: without those that the package brings along. */
  readonly dependencies: ReadonlyMap<string, string>;
  readonly optionalDependencies: ReadonlyMap<string, string>;
  /** Those that npm runs when it installs the package. */
  readonly installScripts: readonly string[];
  /** `sha512-…`, of the tarball; undefined in a package's own package.json. */
  readonly integrity: string | undefined;
  readonly tarball: string | undefined;
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

export function parseNpmManifest(value: unknown): NpmManifest | undefined {
  const { name, version, os, cpu, libc, dist, ...rest } = fieldsOf(value);
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  const bundled = rest['bundleDependencies'] ?? rest['bundledDependencies'];
  const optionalDependencies = wordsByName(rest['optionalDependencies']);
  const dependencies = wordsByName(rest['dependencies']);
  for (const one of dependencies.keys()) {
    // npm puts optional ones here as well.
    if (bundled === true || npmList(bundled).includes(one) || optionalDependencies.has(one))
      dependencies.delete(one);
  }
  const scripts = wordsByName(rest['scripts']);
  const { integrity, tarball } = fieldsOf(dist);
  return {
    name,
    version,
    os: npmList(os),
    cpu: npmList(cpu),
    libc: npmList(libc),
    dependencies,
    optionalDependencies,
    installScripts: INSTALL_SCRIPTS.filter((script) => scripts.has(script)),
    integrity: typeof integrity === 'string' ? integrity : undefined,
    tarball: typeof tarball === 'string' ? tarball : undefined,
  };
}

/** Path inside of the package by the name of the command. */
export function npmPrograms(packageJson: string): ReadonlyMap<string, string> {
  const { name, bin } = fieldsOf(jsonIn(packageJson));
  if (typeof bin === 'string' && typeof name === 'string')
    return new Map([[posix.basename(name), insidePath(bin)]]);
  return new Map([...wordsByName(bin)].map(([command, path]) => [posix.basename(command), insidePath(path)]));
}

/** `x` where nothing forbids it: `!x` does, and anything else that is named without `!`. */
export function npmAllows(list: readonly string[], word: string): boolean {
  if (list.includes(`!${word}`)) return false;
  const named = list.filter((item) => !item.startsWith('!'));
  return named.length === 0 || named.includes(word) || named.includes('any');
}

/** Never outside of the package: `../x` is `x`, as npm has it. */
function insidePath(path: string): string {
  return posix.join('/', path).slice(1);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function wordsByName(value: unknown): Map<string, string> {
  if (Array.isArray(value)) return new Map();
  const entries = Object.entries(fieldsOf(value));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** npm takes a bare word for a list of one. */
export function npmList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((word) => typeof word === 'string');
}
