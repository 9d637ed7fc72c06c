/**
 * One repository, as a line of /etc/apk/repositories has it: the folder above those of the CPUs, at one or several
 * servers, and whose keys count for it. A distro's own release is a few of them; a user's `repositories:` are more of the same.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { textIfAnySync } from '../../base/if-any.ts';
import { productJson } from '../../base/product-file.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { alpineKeys, ApkKeys, wolfiKeys } from './keys.ts';

export interface ApkRepository {
  /** What the lock calls it: `alpine 3.20 main`. No host name. */
  readonly name: string;
  /** Addresses, best first. */
  readonly bases: readonly string[];
  /** Its packages are taken only where `name@tag` permits it. */
  readonly tag: string | undefined;
  /** The keys that count for one CPU's index. */
  readonly keys: (arch: string) => ApkKeys;
  /** Where the addresses were found, for messages. */
  readonly from: string;
  /** Its place in the user's file, where it is the user's. */
  readonly at: Location | undefined;
}

/** What a user says of a repository. */
export interface ApkRepositoryRule {
  readonly name: string;
  readonly url: string;
  readonly tag: string | undefined;
  /** The file of the key that counts; undefined for those of the distro. */
  readonly key: string | undefined;
  readonly at: Location;
}

/** What a root is made from: a distro's own repositories, or, with `apk`, only the user's. */
export interface ApkBase {
  readonly distro: 'alpine' | 'wolfi' | 'apk';
  readonly release: string;
}

interface ServerOptions {
  /** A server that the user named, in place of the distro's own. */
  readonly mirror?: { readonly url: string; readonly from: string } | undefined;
  /** `/etc/apk/repositories`, where it isn't another one for a test. */
  readonly machineFile?: string | undefined;
}

interface DistroData {
  readonly servers: readonly string[];
  readonly repositories: readonly string[];
}

/** All repositories of an environment, in the order in which apk would read them. */
export function apkRepositories(
  { distro, release }: ApkBase,
  rules: readonly ApkRepositoryRule[],
  options: ServerOptions = {},
): ApkRepository[] {
  const own = distro === 'apk' ? [] : distroRepositories(distro, release, options);
  return [...own, ...rules.map((rule) => userRepository(rule, distro))];
}

function distroRepositories(
  distro: 'alpine' | 'wolfi',
  release: string,
  { mirror, machineFile = '/etc/apk/repositories' }: ServerOptions,
): ApkRepository[] {
  const data = readDistroData(distro);
  const machine = distro === 'alpine' ? serversOf(machineFile) : [];
  const [servers, from] =
    mirror !== undefined
      ? [[mirror.url.replace(/\/+$/, '')], mirror.from]
      : machine.length > 0
        ? [machine, machineFile]
        : [data.servers, 'the public servers'];
  const folder = releaseFolder(distro, release);
  return data.repositories.map((repository) => ({
    name: ownName(distro, release, repository),
    bases: servers.map((server) => `${server}${folder}/${repository}`),
    tag: undefined,
    keys: distro === 'wolfi' ? wolfiKeys : alpineKeys,
    from,
    at: undefined,
  }));
}

/** Where anybody may get what a repository of the distro's own holds; undefined for other repositories. */
export function publicRepository(
  { distro, release }: { readonly distro: string; readonly release: string },
  name: string,
): string | undefined {
  if (distro !== 'alpine' && distro !== 'wolfi') return undefined;
  const { servers, repositories } = readDistroData(distro);
  const own = repositories.find((one) => ownName(distro, release, one) === name);
  return own === undefined ? undefined : `${servers[0]}${releaseFolder(distro, release)}/${own}`;
}

function ownName(distro: string, release: string, repository: string): string {
  return `${distro === 'wolfi' ? 'wolfi' : `alpine ${release}`} ${repository}`;
}

function releaseFolder(distro: string, release: string): string {
  return distro === 'wolfi' ? '' : /^\d/.test(release) ? `/v${release}` : `/${release}`;
}

/** Its key counts for it alone; without any those of the distro do, or of all distros that are known. */
function userRepository(rule: ApkRepositoryRule, distro: ApkBase['distro']): ApkRepository {
  const { name, url, tag, key, at } = rule;
  const keys = { alpine: alpineKeys, wolfi: wolfiKeys, apk: allKeys }[distro];
  return {
    name,
    bases: [url],
    tag,
    keys: key === undefined ? keys : () => keyOfFile(key, rule),
    from: at.file,
    at,
  };
}

function allKeys(arch: string): ApkKeys {
  return alpineKeys(arch).and(wolfiKeys());
}

/** Signatures name their key by the name of its file, which gets lost easily; so this one counts under any name. */
function keyOfFile(file: string, { name, at }: ApkRepositoryRule): ApkKeys {
  const refuse = (why: string, cause: unknown) =>
    new Failure('repository-key', `the key of the repository ${name} can't be used`, { why, at, cause });
  let keys: ApkKeys;
  try {
    keys = new ApkKeys(new Map([[basename(file), readFileSync(file, 'utf8')]]), { anyName: true });
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  try {
    keys.check();
  } catch (error) {
    throw refuse(`${file} holds no RSA public key in PEM form: ${(error as Error).message}`, error);
  }
  return keys;
}

function readDistroData(distro: 'alpine' | 'wolfi'): DistroData {
  return productJson(`data/distros/${distro}.json`) as DistroData;
}

/** The servers that a machine which is Alpine itself uses for Alpine. */
function serversOf(file: string): string[] {
  const found = [
    ...textIfAnySync(file).matchAll(
      /^\s*(?:@\S+\s+)?(https?:\/\/\S+?)\/(?:v\d+\.\d+|edge|latest-stable)\/\w+\/*\s*$/gm,
    ),
  ];
  return [...new Set(found.map(([, server]) => server!))];
}
