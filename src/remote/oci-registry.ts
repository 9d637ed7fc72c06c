/**
 * Reads images from a registry, as the OCI's distribution protocol has it: a manifest, or a list of them for many CPUs, then
 * blobs, each named by the hash of its bytes. Nothing that a registry says is believed but such hashes: a manifest that was
 * asked for by digest, or that a list names, must have it, and blobs are checked by whoever takes them.
 *
 * Registries hand out tokens for each repository, to anyone or to those who log in; the answer 401 says where.
 */
import type { Env } from '../base/env.ts';
import { jsonIn } from '../base/json-text.ts';
import { sha256 } from '../base/sha256.ts';
import { Failure } from '../report/failure.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { dockerLogin } from './docker-login.ts';
import type { HttpClient, HttpResponse } from './http.ts';
import { registryAddress, type ImageReference } from './image-reference.ts';

/** As OCI says it: `arm`, `v7`. */
export interface ImagePlatform {
  readonly architecture: string;
  readonly variant: string | undefined;
}

export interface ImageLayer {
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
}

export interface RemoteImage {
  /** Of the manifest for the platform: `sha256:…`. */
  readonly digest: string;
  /** The lowest first. */
  readonly layers: readonly ImageLayer[];
  /** Variables that whatever runs in the image has. */
  readonly env: Readonly<Record<string, string>>;
}

const MOST_MANIFEST = 4 * 1024 * 1024;
const MOST_CONFIG = 16 * 1024 * 1024;
const MOST_LISTS = 3;

const LISTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const LAYER =
  /^application\/vnd\.(oci\.image\.layer\.v1\.tar(\+(gzip|zstd))?|docker\.image\.rootfs\.diff\.tar(\.gzip)?)$/;

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
}

interface Manifest {
  readonly mediaType?: string;
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

interface ImageConfig {
  readonly architecture?: string;
  readonly config?: { readonly Env?: readonly string[] | null };
}

export class OciRegistry {
  readonly #client: HttpClient;
  readonly #env: Env;

  constructor(client: HttpClient, env: Env) {
    this.#client = client;
    this.#env = env;
  }

  /** Decides the image for a platform, with everything but the bytes of its layers. */
  async image(reference: ImageReference, platform: ImagePlatform): Promise<RemoteImage> {
    const name = nameOf(reference);
    let digest = reference.digest;
    let manifest = await this.#manifest(reference, digest ?? reference.tag ?? 'latest');
    for (let lists = 0; manifest.value.manifests !== undefined; lists++) {
      if (lists === MOST_LISTS) throw malformed(name, 'its lists of manifests do not end');
      digest = chooseManifest(manifest.value.manifests, platform, name).digest;
      manifest = await this.#manifest(reference, digest);
    }
    const { config, layers } = manifest.value;
    if (config === undefined || layers === undefined) throw malformed(name, 'its manifest names no layers');
    const { architecture, config: { Env: env = [] } = {} } = await this.#config(reference, config);
    if (architecture !== platform.architecture) throw notFor(name, platform, [architecture ?? 'unknown']);
    return {
      digest: `sha256:${manifest.sha256}`,
      layers: layers.map((layer) => layerOf(layer, name)),
      env: Object.fromEntries((env ?? []).map((word) => splitOnce(word, '='))),
    };
  }

  /** Where the bytes of a layer are. Whoever asks there needs what `open` gets first. */
  blobAddress({ registry, repository }: ImageReference, hash: string): string {
    return `${registryAddress(registry)}/v2/${repository}/blobs/sha256:${hash}`;
  }

  /** Gets the permission to read a repository, where the registry asks for one. */
  async open(reference: ImageReference, digest: string): Promise<void> {
    const response = await this.#ask(reference, `manifests/${digest}`);
    for await (const _ of response.body) break;
  }

  async #manifest(
    reference: ImageReference,
    what: string,
  ): Promise<{ readonly value: Manifest; readonly sha256: string }> {
    const response = await this.#ask(reference, `manifests/${what}`);
    const bytes = await wholeOf(response, MOST_MANIFEST, nameOf(reference));
    const actual = sha256(bytes);
    if (what.startsWith('sha256:') && what !== `sha256:${actual}`)
      throw otherBytes(nameOf(reference), what, actual);
    const value = parseJson(bytes, nameOf(reference)) as Manifest;
    const type = value.mediaType ?? response.headers['content-type']?.split(';')[0] ?? '';
    if (![...LISTS, ...MANIFESTS].includes(type))
      throw malformed(nameOf(reference), `its manifest is of the type ${type || 'of none'}`);
    return { value, sha256: actual };
  }

  async #config(reference: ImageReference, { digest }: Descriptor): Promise<ImageConfig> {
    const response = await this.#ask(reference, `blobs/${digest}`);
    const bytes = await wholeOf(response, MOST_CONFIG, nameOf(reference));
    if (digest !== `sha256:${sha256(bytes)}`) throw otherBytes(nameOf(reference), digest, sha256(bytes));
    return parseJson(bytes, nameOf(reference)) as ImageConfig;
  }

  async #ask(reference: ImageReference, what: string): Promise<HttpResponse> {
    const { registry, repository } = reference;
    const address = `${registryAddress(registry)}/v2/${repository}/${what}`;
    const headers = { accept: [...MANIFESTS, ...LISTS, '*/*'].join(', ') };
    try {
      const first = await this.#client.get(address, headers, { unauthorized: 'answer' });
      if (first.status !== 401) return first;
      for await (const _ of first.body) break;
      await this.#logIn(reference, first.headers['www-authenticate'] ?? '');
      return await this.#client.get(address, headers);
    } catch (error) {
      throw explained(error, reference);
    }
  }

  /** `Bearer realm="…",service="…",scope="…"`, or `Basic`. */
  async #logIn({ registry, repository }: ImageReference, challenge: string): Promise<void> {
    const [, scheme = '', rest = ''] = /^\s*(\w+)\s*(.*)$/.exec(challenge) ?? [];
    const login = await dockerLogin(registry, this.#env);
    const basic = login && basicAuthorization(login.user, login.password);
    const prefix = `${registryAddress(registry)}/v2/${repository}/`;
    if (scheme.toLowerCase() === 'basic' && basic !== undefined) this.#client.authorize(prefix, basic);
    if (scheme.toLowerCase() !== 'bearer') return;
    const told = new Map([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value!]));
    const realm = new URL(told.get('realm') ?? '', registryAddress(registry));
    if (realm.protocol !== 'https:' && realm.host !== new URL(registryAddress(registry)).host)
      throw new Failure('image-refused', `${registry} sends its users to ${realm.host}, without encryption`);
    for (const key of ['service', 'scope']) if (told.has(key)) realm.searchParams.set(key, told.get(key)!);
    if (!told.has('scope')) realm.searchParams.set('scope', `repository:${repository}:pull`);
    if (basic !== undefined) this.#client.authorize(realm.origin + realm.pathname, basic);
    const response = await this.#client.get(realm.href);
    const answer = parseJson(await wholeOf(response, MOST_MANIFEST, registry), registry);
    const { token, access_token: other } = answer as { token?: string; access_token?: string };
    this.#client.authorize(prefix, `Bearer ${token ?? other ?? ''}`);
  }
}

function chooseManifest(
  manifests: readonly Descriptor[],
  { architecture, variant }: ImagePlatform,
  name: string,
): Descriptor {
  const linux = manifests.filter(({ platform }) => platform?.os === 'linux');
  const own = linux.filter(({ platform }) => platform!.architecture === architecture);
  const exact = own.find(({ platform }) => platform!.variant === variant) ?? own[0];
  if (exact !== undefined) return exact;
  throw notFor(name, { architecture, variant }, [
    ...new Set(linux.map(({ platform }) => platform?.architecture ?? 'unknown')),
  ]);
}

function layerOf({ mediaType = '', digest, size }: Descriptor, name: string): ImageLayer {
  const hash = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (!LAYER.test(mediaType)) throw malformed(name, `a layer is of the type ${mediaType}`);
  if (hash === undefined || !Number.isSafeInteger(size) || size <= 0)
    throw malformed(name, 'a layer has no digest or size that can be used');
  return { sha256: hash, size };
}

function nameOf({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest.slice(0, 19)}…`}`;
}

function splitOnce(word: string, by: string): [string, string] {
  const at = word.indexOf(by);
  return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

async function wholeOf({ body }: HttpResponse, most: number, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw malformed(name, `an answer has more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function parseJson(bytes: Buffer, name: string): unknown {
  const value = jsonIn(bytes.toString('utf8'));
  if (typeof value === 'object' && value !== null) return value;
  throw malformed(name, 'an answer is not JSON');
}

function explained(error: unknown, reference: ImageReference): unknown {
  if (!(error instanceof Failure)) return error;
  const name = nameOf(reference);
  const detail = { why: error.message, cause: error };
  if (error.code === 'http-not-found')
    return new Failure('image-not-found', `there is no image ${name}`, detail);
  if (error.code === 'http-denied' || error.code === 'http-refused') {
    const hint = `log in with \`docker login ${reference.registry}\`, or correct the name`;
    return new Failure('image-refused', `the registry does not let us read ${name}`, { ...detail, hint });
  }
  return error;
}

function notFor(name: string, { architecture }: ImagePlatform, others: readonly string[]): Failure {
  return new Failure('image-not-for-cpu', `${name} is not for ${architecture}`, {
    why: others.length === 0 ? 'it is for no CPU under Linux' : `it is for ${others.join(', ')}`,
  });
}

function malformed(name: string, why: string): Failure {
  return new Failure('image-malformed', `${name} is no image that can be used`, { why });
}

function otherBytes(name: string, wanted: string, actual: string): Failure {
  return new Failure('hash-mismatch', `the registry sent other bytes than it must for ${name}`, {
    why: `they must be ${wanted}, are sha256:${actual}`,
  });
}
