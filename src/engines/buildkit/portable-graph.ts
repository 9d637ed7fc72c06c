/**
 * A build for other clients of BuildKit, such as its own `buildctl`: the graph lowered as for our own client, and what it starts
 * from as files that any client can send. Others send a folder as it is, all of it, as root's: so a root is given as an image,
 * with its owners, and which files are in a folder is up to whoever writes it.
 *
 * BuildKit brings one state out, so the last one holds all artifacts by their names. Where a path is a glob, its files are
 * found by the daemon, as Go's `filepath.Match` finds them: our own client looks at what is there first.
 */
import { basename } from 'node:path';
import { graphOf } from '../../graph/collect.ts';
import { marshalDefinition } from '../../graph/definition.ts';
import type { FileChange } from '../../graph/file.ts';
import type { Graph, Output, Vertex } from '../../graph/graph.ts';
import { scratch } from '../../graph/sources.ts';
import type { State } from '../../graph/state.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import { secretsOf } from '../asked-secrets.ts';
import type { FolderInput, SolveRequest } from '../engine.ts';
import { isPattern } from '../missing-file.ts';
import { BlobFolder } from './blob-folder.ts';
import { cacheNames } from './cache-names.ts';
import { stateAt } from './exports.ts';
import { lower } from './lower.ts';
import { manifestType, rootImages, storeOfImages, type RootImage } from './root-images.ts';

export interface PortableGraph {
  /** `pb.Definition` */
  readonly definition: Uint8Array;
  /** Roots, by what people call them. */
  readonly images: ReadonlyMap<string, RootImage>;
  /** By the names that the daemon asks for. */
  readonly folders: ReadonlyMap<string, FolderInput>;
  /** Ids of those that steps need. */
  readonly secrets: readonly string[];
}

export interface NamedExport {
  readonly from: Output;
  /** Absolute, in that state; or a glob. */
  readonly path: string;
  /** Without one, each file keeps its own. */
  readonly as: string | undefined;
}

/** Equal for equal inputs, wherever they are. Makes roots of which nobody knows yet which image they are. */
export async function portableGraph(
  store: Store,
  graph: Graph,
  { inputs, exports }: Pick<SolveRequest, 'inputs'> & { readonly exports: readonly NamedExport[] },
): Promise<PortableGraph> {
  const found = await rootImages(store, graph, { inputs });
  const lowered = lower(graph, {
    inputs,
    sender: undefined,
    caches: await cacheNames(store, graph),
    images: new Map([...found].map(([vertex, { digest }]) => [vertex, digest])),
  });
  const artifacts = exports.map((one) => ({ ...one, from: lowered.of(one.from) }));
  return {
    definition: marshalDefinition(graphOf([namedArtifacts(artifacts)])),
    images: new Map(
      [...found].map(([vertex, image]) => [
        wordFor(graph.vertices.find(({ digest }) => digest === vertex)!),
        image,
      ]),
    ),
    folders: new Map(
      [...lowered.folders].flatMap(([name, input]) => (input.kind === 'folder' ? [[name, input]] : [])),
    ),
    secrets: secretsIn(graph),
  };
}

/** For people: an image is asked for by its digest. */
function wordFor({ name, platform }: Vertex): string {
  return `${name} ${platform?.architecture}`.replaceAll(/[^A-Za-z0-9]+/g, '-');
}

function secretsIn({ vertices }: Graph): readonly string[] {
  const asked = vertices.flatMap(({ op }) => (op.type === 'exec' ? secretsOf(op) : []));
  return [...new Set(asked.map(({ id }) => id))].sort();
}

function namedArtifacts(exports: readonly NamedExport[]): State {
  return scratch().file((change) => exports.reduce(withArtifact, change), { name: 'artifacts' });
}

function withArtifact(all: FileChange, { from, path, as }: NamedExport): FileChange {
  const options = { followLinks: true, makeParents: true };
  const state = stateAt(from);
  if (!isPattern(path)) return all.copy(state, path, `/${as ?? basename(path)}`, options);
  const pattern = path.replaceAll('\\', '\\\\').replaceAll('[!', '[^');
  // Only what is included may be at any depth; it stays in its folders.
  if (pattern.includes('**'))
    return all.copy(state, '/', '/', { include: [pattern.slice(1)], contentsOnly: true });
  return all.copy(state, pattern, `/${as ?? ''}`, { ...options, wildcard: true });
}

/** As an OCI layout. */
export async function writeImages(images: PortableGraph['images'], folder: string): Promise<void> {
  const from = storeOfImages([...images.values()]);
  const to = new BlobFolder(folder);
  for (const [name, { digest, blobs, layer }] of images) {
    for (const wanted of [layer.digest, ...blobs.keys()]) {
      const blob = await to.add();
      try {
        for await (const piece of from.read(wanted, 0, (await from.size(wanted))!)) await blob.write(piece);
        if (blob.digest !== wanted) throw new Failure('source-changed', 'a root is not what it was before');
        await blob.keep();
      } finally {
        await blob.close();
      }
    }
    await to.name(name, { mediaType: manifestType, digest, size: blobs.get(digest)!.length });
  }
}
