/** A registry of images for the time of one test, as honest and as strict as a real one: tokens, lists of CPUs, digests. */
import type { TestContext } from 'node:test';
import { sha256 } from '../src/base/sha256.ts';
import { serve } from './unit/packages/local-server.ts';

interface TestImage {
  readonly architecture: string;
  /** Compressed tars, the lowest first. */
  readonly layers: readonly Uint8Array[];
  readonly env?: readonly string[];
}

interface RegistryOptions {
  /** Whose password is `secret`; without it, everyone may read. */
  readonly user?: string;
  /** Of what is sent, by its path. */
  readonly spoil?: (path: string, bytes: Buffer) => Buffer;
  /** Where layers are sent from, as clouds do it. */
  readonly blobsAt?: string;
}

export interface TestRegistry {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Every path that was asked for, in order, with the scheme of its authorization. */
  readonly asked: string[];
}

/** One repository, `tools/gcc`, whose tag `1` is a list of these images. */
export async function imageRegistry(
  t: TestContext,
  images: readonly TestImage[],
  { user, spoil, blobsAt }: RegistryOptions = {},
): Promise<TestRegistry> {
  const blobs = new Map<string, Buffer>();
  const add = (bytes: Uint8Array): { digest: string; size: number } => {
    const digest = `sha256:${sha256(bytes)}`;
    blobs.set(digest, Buffer.from(bytes));
    return { digest, size: bytes.length };
  };
  const manifests = images.map(({ architecture, layers, env }) => {
    const config = { architecture, os: 'linux', config: { Env: env ?? null } };
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...add(json(config)) },
      layers: layers.map((one) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        ...add(one),
      })),
    };
    return { mediaType: manifest.mediaType, ...add(json(manifest)), platform: { os: 'linux', architecture } };
  });
  const list = json({ schemaVersion: 2, mediaType: LIST, manifests });
  const asked: string[] = [];
  const { url } = await serve(t, ({ url: path, headers }, response) => {
    const { authorization = '' } = headers;
    asked.push(`${path} ${authorization.split(' ')[0]}`.trim());
    if (path!.startsWith('/token')) {
      const known = `Basic ${Buffer.from(`${user}:secret`).toString('base64')}`;
      const allowed = user === undefined ? authorization === '' : authorization === known;
      return void response.writeHead(allowed ? 200 : 401).end(JSON.stringify({ token: 'good' }));
    }
    if (authorization !== 'Bearer good') {
      const challenge = `Bearer realm="${url}/token",service="test",scope="repository:tools/gcc:pull"`;
      return void response.writeHead(401, { 'www-authenticate': challenge }).end('{}');
    }
    const [, kind, what = ''] = /^\/v2\/tools\/gcc\/(manifests|blobs)\/(.*)$/.exec(path!) ?? [];
    const found = kind === 'manifests' && what === '1' ? list : blobs.get(what);
    if (found === undefined) return void response.writeHead(404).end();
    if (kind === 'blobs' && blobsAt !== undefined && found[0] === GZIP)
      return void response.writeHead(307, { location: `${blobsAt}/${what}` }).end();
    const type = kind === 'blobs' ? {} : { 'content-type': what === '1' ? LIST : MANIFEST };
    response.writeHead(200, type).end(spoil?.(path!, found) ?? found);
  });
  return { host: new URL(url).host, asked };
}

const GZIP = 0x1f;
const LIST = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
