/**
 * Roots as images of one layer, which a daemon takes by digest: one that it has is not even asked for. The layer is never
 * stored; which digest it has is kept with the root's key, so that a root that a daemon has need not be made here.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { sha256, sha256OfValue } from '../../base/sha256.ts';
import type { Graph, Platform } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import type { Input, SolveRequest } from '../engine.ts';
import type { BlobStore } from './content-service.ts';
import { FilesAsTar } from './files-as-tar.ts';
import { filesOf } from './sent-folder.ts';

/** What a layer is, without its bytes. */
interface LayerFacts {
  readonly digest: string;
  readonly size: number;
  /** Tells whether the files still are what they were. */
  readonly heads: string;
}

export interface RootImage {
  /** Of its manifest. */
  readonly digest: string;
  /** All but the layer. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly layer: LayerFacts;
  /** Throws `Failure` where it isn't what the layer says. */
  readonly tar: () => Promise<FilesAsTar>;
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const recordKind = 'root-layer';

/** Those of a graph, by the digest of the vertex. */
export async function rootImages(
  store: Store,
  graph: Graph,
  { inputs }: Pick<SolveRequest, 'inputs'>,
): Promise<ReadonlyMap<string, RootImage>> {
  const images = graph.vertices.map(async ({ digest, op, platform }) => {
    const input = op.type === 'source' ? inputs.get(op.identifier) : undefined;
    return input?.kind === 'root' ? ([digest, await rootImage(store, input, platform)] as const) : undefined;
  });
  return new Map((await Promise.all(images)).filter((one) => one !== undefined));
}

async function rootImage(store: Store, input: Input, platform: Platform | undefined): Promise<RootImage> {
  const key = sha256OfValue(['tar 1', input.key]);
  const measure = async (tar: FilesAsTar): Promise<LayerFacts> => {
    const facts = await factsOf(tar);
    await store.writeRecord(recordKind, key, facts);
    return facts;
  };
  let made: Promise<FilesAsTar> | undefined;
  const make = () => (made ??= filesOf(input).then((files) => new FilesAsTar(files)));
  const layer = (await store.readRecord<LayerFacts>(recordKind, key)) ?? (await measure(await make()));
  const checked = async () => {
    const tar = await make();
    if (tar.heads === layer.heads) return tar;
    await measure(tar);
    throw new Failure('source-changed', 'a root is not what it was when it was last sent');
  };
  let whole: Promise<FilesAsTar> | undefined;
  return { ...imageOf(layer, platform), layer, tar: () => (whole ??= checked()) };
}

async function factsOf(tar: FilesAsTar): Promise<LayerFacts> {
  const hash = createHash('sha256');
  for await (const piece of tar.read(0, tar.size)) {
    hash.update(piece);
    // Whoever waits for an answer of ours gets one between two pieces.
    await setImmediate();
  }
  return { digest: `sha256:${hash.digest('hex')}`, size: tar.size, heads: tar.heads };
}

function imageOf(
  { digest, size }: Pick<LayerFacts, 'digest' | 'size'>,
  platform: Platform | undefined,
): Pick<RootImage, 'digest' | 'blobs'> {
  const { architecture = 'unknown', variant } = platform ?? {};
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      ...(variant !== undefined && { variant }),
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size }],
    }),
  );
  const blobs = new Map([config, manifest].map((blob) => [digestOf(blob), blob]));
  return { digest: digestOf(manifest), blobs };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${sha256(bytes)}`;
}

/** Where a daemon finds them. */
export function storeOfImages(images: readonly RootImage[]): BlobStore {
  return {
    size: (digest) => {
      const layer = images.find((image) => image.layer.digest === digest)?.layer;
      const blob = images.flatMap(({ blobs }) => blobs.get(digest) ?? [])[0];
      return Promise.resolve(layer?.size ?? blob?.length);
    },
    async *read(digest, from, length) {
      const image = images.find(({ layer }) => layer.digest === digest);
      if (image !== undefined) return yield* (await image.tar()).read(from, length);
      for (const { blobs } of images) {
        const blob = blobs.get(digest);
        if (blob !== undefined) return yield blob.subarray(from, from + length);
      }
    },
  };
}
