/** Where Debian's and Ubuntu's own archives are. */
import { readFile } from 'node:fs/promises';
import { productFile } from '../../base/product-file.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { AptConfiguration, AptSource } from './apt-config.ts';

export type DebDistro = 'debian' | 'ubuntu';

/** A distro has two archives: the main one with a release and its updates, and the security team's. */
export type ArchiveKind = 'main' | 'security';

export interface Mirrors {
  /** Base addresses, best first; `{timestamp}` in one stands for the moment whose packages are wanted. */
  readonly main: readonly string[];
  readonly security: readonly string[];
  /** Where they were found, for messages. */
  readonly from: string;
  /** Metadata past its Valid-Until is let through, with a warning. */
  readonly allowExpired: boolean;
  /** Metadata from the future is let through. */
  readonly allowFuture: boolean;
}

interface MirrorOptions {
  readonly distro: DebDistro;
  /** Whose packages are wanted: Ubuntu keeps those of most CPUs elsewhere. */
  readonly arch: string;
  /** Of this machine. */
  readonly apt: AptConfiguration;
  /** One that the user named: of a distro's main archive, with Debian's `…-security` beside it. */
  readonly mirror?: { readonly url: string; readonly from: string } | undefined;
}

export interface DistroData {
  /** The public ones, where the machine's own apt names none. None are known of Debian: somebody has to name one. */
  readonly servers?: Readonly<Record<ArchiveKind, readonly string[]>> & {
    readonly ports?: readonly string[];
  };
  /** The CPUs that are not on `ports`; all where there are none. */
  readonly onMain?: readonly string[];
  readonly components: readonly string[];
  readonly codenames: readonly string[];
  readonly aliases: readonly string[];
  readonly withoutUpdates: readonly string[];
}

export async function readDistroData(distro: DebDistro): Promise<DistroData> {
  return JSON.parse(await readFile(productFile(`data/distros/${distro}.json`), 'utf8')) as DistroData;
}

/**
 * Where a distro is fetched from: what the user named; else what this machine's apt uses for it; else the public
 * servers of `data/distros/`, where it names some.
 */
export async function findMirrors({ distro, arch, apt, mirror }: MirrorOptions): Promise<Mirrors> {
  const data = await readDistroData(distro);
  const own = apt.sources.filter((source) => servesDistro(source, data, arch));
  const allowExpired =
    !apt.checkValidUntil || (own.length > 0 && own.every((source) => source.checkValidUntil === false));
  const dates = { allowExpired, allowFuture: !apt.checkDate };
  if (mirror !== undefined) {
    const base = trimSlash(mirror.url);
    return { main: [base], security: [securityBeside(base, distro)], from: mirror.from, ...dates };
  }
  const bases = (kind: ArchiveKind) => [
    ...new Set(
      own
        .filter((source) => archiveKind(source.suite) === kind)
        .sort((a, b) => likelihood(b, distro) - likelihood(a, distro))
        .map((source) => trimSlash(source.uri)),
    ),
  ];
  const main = bases('main');
  if (main.length === 0) return { ...serversOf(data, arch), from: 'the public servers', ...dates };
  const security = bases('security');
  return {
    main,
    security: security.length > 0 ? security : main.map((base) => securityBeside(base, distro)),
    from: [...new Set(own.map((source) => source.file))].join(', '),
    ...dates,
  };
}

export function archiveKind(suite: string): ArchiveKind {
  return suite.endsWith('-security') || suite.endsWith('/updates') ? 'security' : 'main';
}

/** Mirrors of Debian have the security team's archive beside the main one, if at all. */
function securityBeside(base: string, distro: DebDistro): string {
  return distro === 'debian' ? base.replace(/(\/\{timestamp\})?$/, '-security$1') : base;
}

/** What is in the store or kept needs no server, so this is told only where one is to be asked. */
export function unknownMirror(name: string, at?: Location): Failure {
  return new Failure('mirror-unknown', `nothing says where the packages of ${name} are`, {
    why: `/etc/apt of this machine names no mirror of ${name}, and neither the command nor the user's configuration names one`,
    at,
  });
}

function serversOf({ servers, onMain }: DistroData, arch: string): Pick<Mirrors, ArchiveKind> {
  if (servers === undefined) return { main: [], security: [] };
  const { main, security, ports = [] } = servers;
  return onMain === undefined || onMain.includes(arch)
    ? { main, security }
    : { main: ports, security: ports };
}

/** Other vendors have a suite `bookworm` as well, but rarely a component `main` in it. */
function servesDistro(source: AptSource, data: DistroData, arch: string): boolean {
  const release = source.suite.replace(/(-updates|-security|-backports|-proposed(-updates)?|\/updates)$/, '');
  return (
    /^https?:\/\//.test(source.uri) &&
    source.components.includes('main') &&
    (data.codenames.includes(release) || data.aliases.includes(release)) &&
    (source.architectures.length === 0 || source.architectures.includes(arch)) &&
    (data.onMain === undefined || data.onMain.includes(arch) !== isPorts(source.uri))
  );
}

/** Mirrors of the other CPUs' packages are called so by every one who has them. */
function isPorts(uri: string): boolean {
  return /\/ubuntu-ports\/?$|\/\/ports\./.test(uri);
}

/** Of those that could be the distro, the ones that say so come first. Who it really is, the signature tells. */
function likelihood(source: AptSource, distro: DebDistro): number {
  const keyring = source.signedBy.includes(`${distro}-archive`) ? 2 : 0;
  return keyring + (/\/(debian(-security)?|ubuntu(-ports)?)\/?$/.test(source.uri) ? 1 : 0);
}

function trimSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** An address for one moment: `20260912T075541Z`. Addresses without `{timestamp}` are always of now. */
export function atMoment(base: string, moment: Date): string {
  const timestamp = moment.toISOString().replace(/[-:]|\.\d+/g, '');
  return base.replace('{timestamp}', timestamp);
}
