/** A root as a tar: all that the tree says, exactly, whoever writes it and wherever. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { TAR_END, tarHeader, tarPadding, type TarHead } from '../formats/tar-writer.ts';
import { Failure } from '../report/failure.ts';
import type { RootNode, RootTree } from './root-tree.ts';

/**
 * Sorted by path, so parents come before what is in them, and of a file with several names the first is the file. What
 * the store holds is checked while it is read: an archive of a damaged tree would be wrong for ever.
 */
export function* archiveRoot(tree: RootTree): Generator<Uint8Array, void, void> {
  const { mtime } = tree;
  yield tarHeader({ path: './', type: 'folder', mode: 0o755, uid: 0, gid: 0, mtime });
  const names = new Map<string, string>();
  for (const path of [...tree.nodes.keys()].sort()) {
    const node = tree.nodes.get(path)!;
    const head = headOf(path, node);
    if (node.type !== 'file') {
      yield tarHeader(head);
      if (node.type === 'text') yield* [node.bytes, tarPadding(node.bytes.length)];
      continue;
    }
    const linkTarget = names.get(node.source);
    if (linkTarget !== undefined) {
      yield tarHeader({ ...head, type: 'hardlink', size: 0, linkTarget, xattrs: undefined });
      continue;
    }
    names.set(node.source, path);
    yield tarHeader(head);
    yield* checkedBytes(path, node);
    yield tarPadding(node.size);
  }
  yield TAR_END;
}

function headOf(path: string, node: RootNode): TarHead {
  const { mode, uid, gid, xattrs } = node;
  const facts = { path, mode, uid, gid, mtime: Math.floor(node.mtime), xattrs };
  switch (node.type) {
    case 'folder':
      return { ...facts, path: `${path}/`, type: 'folder' };
    case 'file':
      return { ...facts, type: 'file', size: node.size };
    case 'text':
      return { ...facts, type: 'file', size: node.bytes.length };
    case 'symlink':
      return { ...facts, type: 'symlink', linkTarget: node.target };
    case 'fifo':
      return { ...facts, type: 'fifo' };
    case 'character-device':
    case 'block-device':
      return { ...facts, type: node.type, device: node };
  }
  return node satisfies never;
}

const CHUNK = 1024 * 1024;

function* checkedBytes(
  path: string,
  { source, size, sha256, owner }: Extract<RootNode, { type: 'file' }>,
): Generator<Uint8Array, void, void> {
  const hash = createHash('sha256');
  const file = openSync(source, 'r');
  let left = size;
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, left + 1));
      const count = readSync(file, chunk);
      if (count === 0) break;
      left -= count;
      if (left < 0) break;
      hash.update(chunk.subarray(0, count));
      yield chunk.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
  if (left !== 0 || hash.digest('hex') !== sha256) {
    throw new Failure('tree-damaged', `/${path} of ${owner} was changed in the store`, {
      why: `${source} has other bytes than the package`,
    });
  }
}
