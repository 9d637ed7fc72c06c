/**
 * Images as OCI has them: a configuration and a manifest, as documents of JSON that name each other by hash. Nothing in
 * them tells when or where they were made.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPath } from '../base/env.ts';
import { sha256 } from '../base/sha256.ts';

export interface ImageFacts {
  /** What the image is called inside of the layout. */
  readonly name: string;
  /** As OCI says it: `amd64`, `arm/v7`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the newest file, in seconds. */
  readonly created: number;
  /** The command that made it. */
  readonly createdBy: string;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly cmd?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A tar, not compressed. */
export interface TarLayer {
  readonly sha256: string;
  readonly size: number;
}

/** A document, by the hash of its text. */
export interface ImageDocument {
  readonly text: string;
  readonly descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number };
}

export interface ImageDocuments {
  readonly config: ImageDocument;
  readonly manifest: ImageDocument;
  readonly platform: { readonly architecture: string; readonly variant?: string; readonly os: string };
}

export const indexType = 'application/vnd.oci.image.index.v1+json';

export function imageDocument(mediaType: string, value: object): ImageDocument {
  const text = JSON.stringify(value);
  const digest = `sha256:${sha256(text)}`;
  return { text, descriptor: { mediaType, digest, size: Buffer.byteLength(text) } };
}

/** The layers from the lowest on. */
export function imageDocuments(facts: ImageFacts, layers: readonly TarLayer[]): ImageDocuments {
  const { env, created, createdBy, cwd, user, entrypoint, cmd, labels } = facts;
  const [architecture = '', variant] = facts.platform.split('/');
  const platform = { architecture, ...(variant !== undefined && { variant }), os: 'linux' };
  const time = new Date(created * 1000).toISOString().replace('.000Z', 'Z');
  const config = imageDocument('application/vnd.oci.image.config.v1+json', {
    created: time,
    ...platform,
    config: {
      Env: Object.entries({ PATH: defaultPath, ...env }).map(([key, value]) => `${key}=${value}`),
      ...(cwd !== undefined && { WorkingDir: cwd }),
      ...(user !== undefined && { User: user }),
      ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
      ...(cmd !== undefined && { Cmd: cmd }),
      ...(labels !== undefined && Object.keys(labels).length > 0 && { Labels: labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${layer.sha256}`) },
    history: layers.map(() => ({ created: time, created_by: createdBy })),
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = imageDocument(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: layers.map((layer) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: `sha256:${layer.sha256}`,
      size: layer.size,
    })),
  });
  return { config, manifest, platform };
}

export const layoutMark = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/** A folder with an image of one layer. `writeLayer` writes it to a path and tells its hash. Tells the digest of the manifest. */
export async function writeOciLayout(
  folder: string,
  facts: ImageFacts,
  writeLayer: (path: string) => Promise<TarLayer>,
): Promise<string> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const layer = await writeLayer(join(blobs, 'layer'));
  await rename(join(blobs, 'layer'), join(blobs, layer.sha256));
  const { config, manifest, platform } = imageDocuments(facts, [layer]);
  for (const { text, descriptor } of [config, manifest])
    await writeFile(join(blobs, descriptor.digest.slice('sha256:'.length)), text);
  const annotations = { 'org.opencontainers.image.ref.name': facts.name };
  const manifests = [{ ...manifest.descriptor, platform, annotations }];
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
  );
  await writeFile(join(folder, 'oci-layout'), layoutMark);
  return manifest.descriptor.digest;
}
