import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as openpgp from 'openpgp';
import { DebianArchive } from '../../../src/packages/deb/archive.ts';
import type { Mirrors } from '../../../src/packages/deb/mirrors.ts';
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

export async function clearSign(text: string, keys: readonly TestKey[], date = TODAY): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({ message, signingKeys: keys.map((key) => key.privateKey), date });
}

export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: string | Uint8Array;
}

/** The files of an archive by their paths; tests change some before they serve them. */
export class TestArchive {
  readonly files = new Map<string, Buffer>();

  async addSuite(
    suite: string,
    packages: readonly TestPackage[],
    options: { keys: readonly TestKey[]; fields?: Record<string, string>; date?: Date },
  ): Promise<void> {
    const text = packages.map((one) => this.#paragraph(suite, one)).join('\n');
    const packed = gzipSync(text);
    const folder = `dists/${suite}/main/binary-amd64`;
    this.files.set(`${folder}/Packages.gz`, packed);
    this.files.set(`${folder}/by-hash/SHA256/${hash(packed)}`, packed);
    const listed = [
      [Buffer.from(text), 'main/binary-amd64/Packages'],
      [packed, 'main/binary-amd64/Packages.gz'],
    ] as const;
    const date = options.date ?? TODAY;
    const fields: Record<string, string> = {
      Origin: 'Test',
      Suite: suite,
      Codename: suite,
      Date: date.toUTCString(),
      'Acquire-By-Hash': 'yes',
      Architectures: 'amd64',
      Components: 'main',
      ...options.fields,
    };
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    const hashes = listed.map(([bytes, path]) => ` ${hash(bytes)} ${bytes.length} ${path}`);
    const release = [...head, 'SHA256:', ...hashes, ''].join('\n');
    this.files.set(`dists/${suite}/InRelease`, Buffer.from(await clearSign(release, options.keys, date)));
  }

  #paragraph(suite: string, one: TestPackage): string {
    const bytes = Buffer.from(one.content ?? `the package ${one.name} ${one.version ?? '1'} of ${suite}`);
    const path = `pool/main/${one.name}_${one.version ?? '1'}_amd64.deb`;
    this.files.set(path, bytes);
    const fields: Record<string, string> = {
      Package: one.name,
      Version: one.version ?? '1',
      Architecture: 'amd64',
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

export function openArchive(
  client: HttpClient,
  store: Store,
  mirrors: Mirrors,
  keys: readonly TestKey[],
  now = TODAY,
): DebianArchive {
  return new DebianArchive({
    client,
    store,
    mirrors,
    keyring: Keyring.parse(keys.map((key) => key.armored)),
    now,
  });
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
