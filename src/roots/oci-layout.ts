/**
 * A root as an OCI image layout, which `skopeo`, `podman`, `crane` and BuildKit read: one layer, one manifest, one entry
 * in the index. Nothing in it tells when or where it was made.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `writeLayer` writes the layer to a path and tells its hash. Tells the digest of the manifest. */
export async function writeOciLayout(
  folder: string,
  { name, platform, env, created, createdBy, cwd, user, entrypoint }: ImageFacts,
  writeLayer: (path: string) => Promise<{ readonly sha256: string; readonly size: number }>,
): Promise<string> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const addJson = async (mediaType: string, value: object) => {
    const text = JSON.stringify(value);
    const hash = sha256(text);
    await writeFile(join(blobs, hash), text);
    return { mediaType, digest: `sha256:${hash}`, size: Buffer.byteLength(text) };
  };

  const written = await writeLayer(join(blobs, 'layer'));
  await rename(join(blobs, 'layer'), join(blobs, written.sha256));
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${written.sha256}`,
    size: written.size,
  };
  const [architecture, variant] = platform.split('/');
  const cpu = { architecture, ...(variant !== undefined && { variant }), os: 'linux' };
  const time = new Date(created * 1000).toISOString().replace('.000Z', 'Z');
  const config = await addJson('application/vnd.oci.image.config.v1+json', {
    created: time,
    ...cpu,
    config: {
      Env: Object.entries({ PATH, ...env }).map(([key, value]) => `${key}=${value}`),
      ...(cwd !== undefined && { WorkingDir: cwd }),
      ...(user !== undefined && { User: user }),
      ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created: time, created_by: createdBy }],
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await addJson(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, platform: cpu, annotations: { 'org.opencontainers.image.ref.name': name } }],
  };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return manifest.digest;
}
