/**
 * The layers of an image, the lowest first, as one tree. Each is laid over what those below it left: a folder keeps what is
 * in it, anything else takes the place of what was there, and a file called `.wh.NAME` says that NAME of the layers below
 * is gone. A file system that the user gave as one tar is an image of one layer.
 *
 * What a layer takes away is taken away first, wherever in the layer it says so: a layer can't hide its own files.
 */
import { posix } from 'node:path';
import type { RootNode, RootTree } from './root-tree.ts';
import type { StoredTree } from './stored-tree.ts';
import { nodeOfEntry } from './tree-node.ts';

const WHITEOUT = '.wh.';
/** In a folder: nothing of the layers below is in it. Other names that start like it were notes of an old file system. */
const OPAQUE = '.wh..wh..opq';
const NOTE = '.wh..wh.';

export function layLayers(tree: RootTree, layers: readonly StoredTree[]): void {
  for (const layer of layers) {
    for (const { path } of layer.entries) takeAway(tree, path);
    const own = new Map<string, RootNode>();
    for (const entry of layer.entries) {
      if (posix.basename(entry.path).startsWith(WHITEOUT)) continue;
      const node = nodeOfEntry(layer, entry, (path) => own.get(path));
      own.set(entry.path, node);
      put(tree, entry.path, node);
    }
  }
}

function takeAway(tree: RootTree, path: string): void {
  const { dir, base } = posix.parse(path);
  if (base === OPAQUE) for (const name of tree.list(dir)) tree.remove(posix.join(dir, name));
  else if (base.startsWith(WHITEOUT) && !base.startsWith(NOTE))
    tree.remove(posix.join(dir, base.slice(WHITEOUT.length)));
}

function put(tree: RootTree, path: string, node: RootNode): void {
  const place = tree.locate(path);
  const existing = tree.nodes.get(place);
  if (existing !== undefined && !(existing.type === 'folder' && node.type === 'folder')) tree.remove(place);
  tree.set(place, node);
}
