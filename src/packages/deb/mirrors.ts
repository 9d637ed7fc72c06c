import { readdir, readFile } from 'node:fs/promises';
import { Keyring } from '../openpgp/keyring.ts';
import { readAptConfiguration, type AptSource } from './apt-config.ts';

/** Debian's two archives: the main one with a release and its updates, and the security team's. */
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
  /** A mirror that the user named: its main archive, and beside it `…-security`. */
  readonly mirror?: string | undefined;
  /** `/etc/apt`, where it isn't another one for a test. */
  readonly aptFolder?: string | undefined;
}

interface DebianData {
  readonly servers: Readonly<Record<ArchiveKind, readonly string[]>>;
  readonly codenames: readonly string[];
  readonly aliases: readonly string[];
  readonly withoutUpdates: readonly string[];
}

/** Facts that change are files; this is where they lie, seen from the compiled program. */
const DATA = new URL('../../../../data/distros/', import.meta.url);

async function readDebianData(): Promise<DebianData> {
  return JSON.parse(await readFile(new URL('debian.json', DATA), 'utf8')) as DebianData;
}

/** The keys that Debian signs its archives with. */
export async function debianKeyring(): Promise<Keyring> {
  const folder = new URL('debian-keys/', DATA);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.asc')).sort();
  return Keyring.parse(await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8'))));
}

/** The suites that make up a release, in the order in which apt would read them. */
export async function suitesOf(release: string): Promise<string[]> {
  const alone = (await readDebianData()).withoutUpdates.includes(release);
  return alone ? [release] : [release, `${release}-updates`, `${release}-security`];
}

/**
 * Where Debian is fetched from: what the user named; else what this machine's apt uses for Debian; else the public
 * servers of `data/distros/debian.json`.
 */
export async function findMirrors(options: MirrorOptions): Promise<Mirrors> {
  const data = await readDebianData();
  const apt = await readAptConfiguration(options.aptFolder ?? '/etc/apt');
  const own = apt.sources.filter((source) => servesDebian(source, data));
  const allowExpired =
    !apt.checkValidUntil || (own.length > 0 && own.every((source) => source.checkValidUntil === false));
  const dates = { allowExpired, allowFuture: !apt.checkDate };
  if (options.mirror !== undefined) {
    const base = trimSlash(options.mirror);
    return { main: [base], security: [`${base}-security`], from: '--mirror', ...dates };
  }
  const bases = (kind: ArchiveKind) => [
    ...new Set(
      own
        .filter((source) => archiveKind(source.suite) === kind)
        .sort((a, b) => likelihood(b) - likelihood(a))
        .map((source) => trimSlash(source.uri)),
    ),
  ];
  const main = bases('main');
  if (main.length === 0) return { ...data.servers, from: 'the public servers', ...dates };
  const security = bases('security');
  return {
    main,
    security: security.length > 0 ? security : data.servers.security,
    from: [...new Set(own.map((source) => source.file))].join(', '),
    ...dates,
  };
}

export function archiveKind(suite: string): ArchiveKind {
  return suite.endsWith('-security') || suite.endsWith('/updates') ? 'security' : 'main';
}

/** Other vendors have a suite `bookworm` as well, but rarely a component `main` in it. */
function servesDebian(source: AptSource, data: DebianData): boolean {
  const release = source.suite.replace(/(-updates|-security|-backports|-proposed-updates|\/updates)$/, '');
  return (
    /^https?:\/\//.test(source.uri) &&
    source.components.includes('main') &&
    (data.codenames.includes(release) || data.aliases.includes(release))
  );
}

/** Of those that could be Debian, the ones that say so come first. Who it really is, the signature tells. */
function likelihood(source: AptSource): number {
  const keyring = source.signedBy.includes('debian-archive') ? 2 : 0;
  return keyring + (/\/debian(-security)?\/?$/.test(source.uri) ? 1 : 0);
}

function trimSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** An address for one moment: `20260912T075541Z`. Addresses without `{timestamp}` are always of now. */
export function atMoment(base: string, moment: Date): string {
  const timestamp = moment.toISOString().replace(/[-:]|\.\d+/g, '');
  return base.replace('{timestamp}', timestamp);
}
