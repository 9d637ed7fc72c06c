import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as openpgp from 'openpgp';
import { DebArchive } from '../../../src/packages/deb/archive.ts';
import type { Mirrors } from '../../../src/packages/deb/mirrors.ts';
import { distroRepositories, type DebRepository } from '../../../src/packages/deb/repository.ts';
import { Keyring } from '../../../src/packages/openpgp/keyring.ts';
import type { HttpClient } from '../../../src/remote/http.ts';
import { Store } from '../../../src/store/store.ts';
import { serve } from './local-server.ts';

/** The day on which all these repositories were made. */
export const TODAY = new Date('2026-03-01T12:00:00Z');

interface TestKey {
  readonly privateKey: openpgp.PrivateKey;
  readonly armored: string;
  readonly fingerprint: string;
}

export async function makeKey(
  options: { expires?: number; type?: 'curve25519' | 'ecc'; created?: Date } = {},
): Promise<TestKey> {
  const { privateKey, publicKey } = await openpgp.generateKey({
    type: options.type ?? 'ecc',
    userIDs: [{ name: 'Test Archive' }],
    date: options.created ?? new Date('2025-01-01'),
    format: 'object',
    ...(options.expires === undefined ? {} : { keyExpirationTime: options.expires }),
    config: { minRSABits: 2048 },
  });
  return { privateKey, armored: publicKey.armor(), fingerprint: publicKey.getFingerprint().toUpperCase() };
}

async function clearSign(text: string, keys: readonly TestKey[], date = TODAY): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({ message, signingKeys: keys.map((key) => key.privateKey), date });
}

export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: string | Uint8Array;
}

interface SuiteOptions {
  readonly keys: readonly TestKey[];
  readonly fields?: Record<string, string>;
  readonly date?: Date;
  readonly component?: string;
  readonly form?: 'gz' | 'plain';
  /** The signature in a file of its own. */
  readonly detached?: boolean;
}

function archOf({ fields }: TestPackage): string {
  return fields?.['Architecture'] ?? 'amd64';
}

/** The files of an archive by their paths; tests change some before they serve them. */
export class TestArchive {
  readonly files = new Map<string, Buffer>();

  async addSuite(suite: string, packages: readonly TestPackage[], options: SuiteOptions): Promise<void> {
    const { component = 'main', form = 'gz' } = options;
    const flat = suite.endsWith('/');
    const folder = flat ? '' : `dists/${suite}/`;
    const arches = [...new Set(['amd64', ...packages.map(archOf).filter((arch) => arch !== 'all')])];
    const listed: [Buffer, string][] = [];
    for (const arch of arches) {
      const place = flat ? '' : `${component}/binary-${arch}/`;
      const own = packages.filter((one) => flat || [arch, 'all'].includes(archOf(one)));
      const plain = Buffer.from(own.map((one) => this.#paragraph(suite, one)).join('\n'));
      const packed = form === 'gz' ? gzipSync(plain) : plain;
      const name = `${place}Packages${form === 'gz' ? '.gz' : ''}`;
      this.files.set(folder + name, packed);
      this.files.set(`${folder}${place}by-hash/SHA256/${hash(packed)}`, packed);
      listed.push([plain, `${place}Packages`], [packed, name]);
    }
    const date = options.date ?? TODAY;
    const fields: Record<string, string> = {
      Origin: 'Test',
      Suite: suite,
      Codename: suite,
      Date: date.toUTCString(),
      'Acquire-By-Hash': 'yes',
      Architectures: arches.join(' '),
      Components: component,
      ...options.fields,
    };
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    const hashes = listed.map(([bytes, path]) => ` ${hash(bytes)} ${bytes.length} ${path}`);
    const release = [...head, 'SHA256:', ...hashes, ''].join('\n');
    if (options.detached !== true) {
      this.files.set(`${folder}InRelease`, Buffer.from(await clearSign(release, options.keys, date)));
      return;
    }
    this.files.set(`${folder}Release`, Buffer.from(release));
    const message = await openpgp.createMessage({ binary: Buffer.from(release) });
    const signingKeys = options.keys.map((key) => key.privateKey);
    const signature = await openpgp.sign({ message, signingKeys, date, detached: true });
    this.files.set(`${folder}Release.gpg`, Buffer.from(signature));
  }

  #paragraph(suite: string, one: TestPackage): string {
    const bytes = Buffer.from(one.content ?? `the package ${one.name} ${one.version ?? '1'} of ${suite}`);
    const arch = archOf(one);
    const path = `pool/main/${one.name}_${one.version ?? '1'}_${arch}.deb`;
    this.files.set(path, bytes);
    const fields: Record<string, string> = {
      Package: one.name,
      Version: one.version ?? '1',
      Architecture: arch,
      Priority: 'optional',
      ...one.fields,
      Filename: path,
      Size: String(bytes.length),
      SHA256: hash(bytes),
    };
    return Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join('');
  }
}

/** A release with its updates and security suites, as Debian has them. */
export async function makeRelease(
  archive: TestArchive,
  keys: readonly TestKey[],
  packages: readonly TestPackage[],
  security: readonly TestPackage[] = [],
): Promise<void> {
  await archive.addSuite('bullseye', packages, { keys });
  await archive.addSuite('bullseye-updates', [], { keys });
  await archive.addSuite('bullseye-security', security, { keys });
}

/** Serves an archive as both Debian's main and its security archive. */
export async function serveArchive(
  t: TestContext,
  archive: TestArchive,
): Promise<{ mirrors: Mirrors; asked: string[]; url: string }> {
  const { url, asked } = await serve(t, (request, response) => {
    const bytes = archive.files.get(decodeURIComponent(request.url!.slice(1)));
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  const mirrors = { main: [url], security: [url], from: 'the test', allowExpired: false, allowFuture: false };
  return { mirrors, asked, url };
}

export async function temporaryStore(t: TestContext): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'targetry-store-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return Store.open(folder);
}

/** Debian on the servers of a test. */
export function openArchive(
  client: HttpClient,
  store: Store,
  mirrors: Mirrors,
  keys: readonly TestKey[],
  now = TODAY,
) {
  const archive = new DebArchive({ client, store, now });
  return {
    open: async (release: string, arch: string) => {
      const opened = await archive.open(await releaseOf(release, mirrors, keys), arch);
      return {
        suites: opened.map(({ suite }) => suite),
        indexes: opened.flatMap(({ indexes }) => indexes),
      };
    },
    place: (release: string) => ({ archive, repositories: () => releaseOf(release, mirrors, keys) }),
    settled: () => archive.settled(),
  };
}

/** A release, signed by the keys of a test. */
async function releaseOf(
  release: string,
  mirrors: Mirrors,
  keys: readonly TestKey[],
): Promise<DebRepository[]> {
  const keyring = Keyring.parse(keys.map((key) => key.armored));
  const repositories = await distroRepositories('debian', release, mirrors);
  return repositories.map((one) => ({ ...one, keyring: () => Promise.resolve(keyring) }));
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
