/**
 * One suite of one repository, as apt's `deb` line has it: where it is, which parts of it, whose keys count for it. A
 * distro's own release is a few of them; a user's `repositories:` are more of the same.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { productFile } from '../../base/product-file.ts';
import { FormatError } from '../../formats/format-error.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { Keyring } from '../openpgp/keyring.ts';
import { archiveKind, readDistroData, type DebDistro, type Mirrors } from './mirrors.ts';

export interface DebRepository {
  /** What the lock calls it: `debian`. No host name. */
  readonly name: string;
  /** `bookworm-updates`; with a slash at its end, as `./`, for a repository without suites and components. */
  readonly suite: string;
  readonly components: readonly string[];
  /** Addresses, best first; `{timestamp}` in one stands for the moment whose packages are wanted. */
  readonly bases: readonly string[];
  readonly keyring: () => Promise<Keyring>;
  /** A pin of apt; undefined for what the release file makes of it. */
  readonly priority: number | undefined;
  /** Where the addresses were found, for messages. */
  readonly from: string;
  /** Its place in the user's file, where it is the user's. */
  readonly at: Location | undefined;
  /** Who lets metadata past its date through, as a part of a sentence; undefined where nobody does. */
  readonly allowExpired: string | undefined;
  readonly allowFuture: boolean;
}

/** What a user says of a repository. */
export interface DebRepositoryRule {
  readonly name: string;
  readonly url: string;
  readonly suite: string | undefined;
  readonly components: readonly string[];
  /** The file with the keys that count; undefined for those of the distro. */
  readonly key: string | undefined;
  readonly priority: number | undefined;
  readonly at: Location;
}

export function isFlat({ suite }: Pick<DebRepository, 'suite'>): boolean {
  return suite.endsWith('/');
}

/** What the lock calls it. */
export function repositoryName({ name, suite }: Pick<DebRepository, 'name' | 'suite'>): string {
  return `${name} ${suite}`;
}

/** The suites that make up a release, in the order in which apt would read them. */
export async function suitesOf(distro: DebDistro, release: string): Promise<string[]> {
  const alone = (await readDistroData(distro)).withoutUpdates.includes(release);
  return alone ? [release] : [release, `${release}-updates`, `${release}-security`];
}

const APT_ALLOWS = 'this machine\'s apt configuration says `Acquire::Check-Valid-Until "false"`';

/** A distro's own release. */
export async function distroRepositories(
  distro: DebDistro,
  release: string,
  mirrors: Mirrors,
): Promise<DebRepository[]> {
  const { components } = await readDistroData(distro);
  const { from, allowExpired, allowFuture } = mirrors;
  return (await suitesOf(distro, release)).map((suite) => ({
    name: distro,
    suite,
    components,
    bases: mirrors[archiveKind(suite)],
    keyring: () => distroKeyring(distro),
    priority: undefined,
    from,
    at: undefined,
    allowExpired: allowExpired ? APT_ALLOWS : undefined,
    allowFuture,
  }));
}

/** A repository of the user's own. Its keys count for it alone; without any those of `distro` do. */
export function userRepository(
  rule: DebRepositoryRule,
  distro: DebDistro | undefined,
  apt: { readonly checkValidUntil: boolean; readonly checkDate: boolean },
): DebRepository {
  const { name, url, suite = './', components, key, priority, at } = rule;
  return {
    name,
    suite,
    components: suite.endsWith('/') ? [] : components,
    bases: [url],
    keyring: () => (key === undefined ? keyringWithoutFile(rule, distro) : fileKeyring(key, rule)),
    priority,
    from: 'targetry.yaml',
    at,
    allowExpired: apt.checkValidUntil ? undefined : APT_ALLOWS,
    allowFuture: !apt.checkDate,
  };
}

/** Lets metadata past its date through where it is named: `bullseye-security`, `debian`, or `debian bullseye-security`. */
export function allowingExpired(
  repositories: readonly DebRepository[],
  named: readonly string[],
): DebRepository[] {
  return repositories.map((one) => {
    const names = [one.name, one.suite, repositoryName(one)];
    if (!names.some((name) => named.includes(name))) return one;
    return { ...one, allowExpired: '`--allow-expired` says so' };
  });
}

const keyrings = new Map<DebDistro, Promise<Keyring>>();

/** The keys that a distro signs its archives with. Checking them takes a while, so it is done once. */
function distroKeyring(distro: DebDistro): Promise<Keyring> {
  let keyring = keyrings.get(distro);
  if (keyring === undefined) keyrings.set(distro, (keyring = readDistroKeyring(distro)));
  return keyring;
}

async function readDistroKeyring(distro: DebDistro): Promise<Keyring> {
  const folder = productFile(`data/distros/${distro}-keys`);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.asc')).sort();
  return Keyring.parse(await Promise.all(files.map((name) => readFile(join(folder, name)))));
}

async function keyringWithoutFile(
  { name, at }: DebRepositoryRule,
  distro: DebDistro | undefined,
): Promise<Keyring> {
  if (distro !== undefined) return distroKeyring(distro);
  throw new Failure('repository-key', `nothing tells which key signs the repository ${name}`, {
    hint: "add `key:` with the file of its public key, from its owner's page",
    at,
  });
}

async function fileKeyring(file: string, { name, at }: DebRepositoryRule): Promise<Keyring> {
  const refuse = (why: string, cause: unknown) =>
    new Failure('repository-key', `the key of the repository ${name} can't be used`, { why, at, cause });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  try {
    const keyring = Keyring.parse([bytes]);
    if (keyring.signers.length > 0) return keyring;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw refuse(`${file}: ${error.message}`, error);
  }
  const why = `none of the keys in ${file} may sign: they are revoked, or vouched for only with SHA-1 or MD5`;
  throw refuse(why, undefined);
}
