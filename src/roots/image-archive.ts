/**
 * An image in one file, for one CPU or several: an OCI image layout as a tar, with the list that `docker load` reads beside
 * the index that all others read. Both name the same blobs, so one file serves Docker, podman, skopeo and registries.
 */
import { TAR_END, tarHeader, tarPadding } from '../formats/tar-writer.ts';
import {
  imageDocument,
  imageDocuments,
  indexType,
  layoutMark,
  type ImageDocument,
  type ImageDocuments,
  type ImageFacts,
  type TarLayer,
} from './oci-layout.ts';

/** The file system of one CPU. */
export interface PlatformImage {
  readonly facts: ImageFacts;
  /** From the lowest on; the pieces are asked for when they are written. */
  readonly layers: readonly (TarLayer & { readonly pieces: () => Iterable<Uint8Array> })[];
}

export interface ImageArchive {
  /** Of the index where there are several CPUs, else of the manifest: what a registry will call it. */
  readonly digest: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** `name` with its tag. */
export function imageArchive(name: string, platforms: readonly PlatformImage[]): ImageArchive {
  const made = platforms.map(({ facts, layers }) => ({ layers, ...imageDocuments(facts, layers) }));
  const entries = made.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform }));
  const nested =
    entries.length === 1
      ? undefined
      : imageDocument(indexType, { schemaVersion: 2, mediaType: indexType, manifests: entries });
  const top = nested?.descriptor ?? entries[0]!;
  const annotations = {
    'io.containerd.image.name': wholeName(name),
    'org.opencontainers.image.ref.name': name,
  };
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [{ ...top, annotations }] };
  const texts = [...made.flatMap(({ config, manifest }) => [config, manifest]), ...(nested ? [nested] : [])];
  const tars = new Map(made.flatMap(({ layers }) => layers.map((layer) => [layer.sha256, layer] as const)));
  const members = {
    'oci-layout': layoutMark,
    'index.json': JSON.stringify(index),
    'manifest.json': JSON.stringify(dockerList(name, made)),
  };
  return { digest: top.digest, pieces: archive(members, texts, tars) };
}

/** Docker's list has no CPUs: where there are several, each has a tag of its own. */
function dockerList(
  name: string,
  made: readonly (ImageDocuments & Pick<PlatformImage, 'layers'>)[],
): readonly object[] {
  return made.map(({ config, platform: { architecture, variant = '' }, layers }) => ({
    Config: blobPath(config.descriptor.digest),
    RepoTags: [made.length === 1 ? name : `${name}-${architecture}${variant}`],
    Layers: layers.map(({ sha256 }) => blobPath(`sha256:${sha256}`)),
  }));
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** As containerd calls what Docker calls `hello:1.0`. */
function wholeName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return name;
  return `docker.io/${rest.length > 0 ? '' : 'library/'}${name}`;
}

const FACTS = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

function* archive(
  members: Readonly<Record<string, string>>,
  texts: readonly ImageDocument[],
  tars: ReadonlyMap<string, PlatformImage['layers'][number]>,
): Generator<Uint8Array, void, void> {
  for (const [path, text] of Object.entries(members)) yield* textMember(path, text);
  for (const path of ['blobs/', 'blobs/sha256/'])
    yield tarHeader({ ...FACTS, path, type: 'folder', mode: 0o755 });
  const documents = new Map(texts.map(({ text, descriptor }) => [descriptor.digest, text]));
  for (const digest of [...documents.keys()].sort())
    yield* textMember(blobPath(digest), documents.get(digest)!);
  for (const hash of [...tars.keys()].sort()) {
    const { pieces, size } = tars.get(hash)!;
    yield tarHeader({ ...FACTS, path: blobPath(`sha256:${hash}`), type: 'file', size });
    yield* pieces();
    yield tarPadding(size);
  }
  yield TAR_END;
}

function* textMember(path: string, text: string): Generator<Uint8Array, void, void> {
  const bytes = Buffer.from(text);
  yield tarHeader({ ...FACTS, path, type: 'file', size: bytes.length });
  yield bytes;
  yield tarPadding(bytes.length);
}
