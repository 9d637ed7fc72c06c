/**
 * A sysroot: of the packages' files those that compilers and linkers read, and no programs, in a form that works wherever
 * it lies. A link or a linker script that names an absolute path would lead out of it, into the root of the machine that
 * compiles; the linker would find a newer libc there and say nothing.
 */
import { posix } from 'node:path';
import { readFileSync } from 'node:fs';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { Store } from '../store/store.ts';
import { mergeLockedApks } from './apk/plan-apk.ts';
import { packageFormat } from './locked-archives.ts';
import { mergeLockedDebs } from './plan-deb.ts';
import type { PlannedRoot } from './planned-root.ts';
import { RootTree, type RootNode } from './root-tree.ts';

const OWNER = 'the sysroot';

/** The packages' trees are in the store. */
export function planSysroot(locked: LockedEnvironment, store: Store): PlannedRoot {
  const merged =
    packageFormat(locked) === 'apk'
      ? mergeLockedApks(locked, store).tree
      : mergeLockedDebs(locked, store).tree;
  const tree = new RootTree(merged.mtime);
  const done: string[] = [];
  for (const path of [...merged.nodes.keys()].sort()) {
    if (!isForCompilers(path)) continue;
    const node = movable(path, merged.nodes.get(path)!);
    if (node !== merged.nodes.get(path)) done.push(path);
    tree.set(path, node);
  }
  done.push(...addMuslArchives(tree), ...addNodeArchive(tree));
  return {
    tree,
    packages: locked.packages.length,
    effects: [{ effect: 'sysroot', done, skipped: [] }],
    scripts: {},
  };
}

const TOPS = /^(?:usr|opt|lib\w*)(?:\/|$)/;
/** Programs, what is for people, and what speaks of places outside: libtool's notes have absolute paths. */
const NOT_READ =
  /^usr\/(?:s?bin|games|libexec|src|share\/(?:doc|doc-base|man|info|locale|lintian|bug|menu|perl5?|bash-completion|zsh))(?:\/|$)|\.la$/;
/** gcc's own headers and parts are of its version, and another compiler would take them for its own. */
const OF_GCC = /^usr\/lib\/gcc\/[^/]+\/[^/]+\/(?:include|include-fixed|plugin|cc1|collect2|lto|liblto)/;

function isForCompilers(path: string): boolean {
  return TOPS.test(path) && !NOT_READ.test(path) && !OF_GCC.test(path);
}

function movable(path: string, node: RootNode): RootNode {
  if (node.type === 'symlink' && node.target.startsWith('/')) {
    return { ...node, target: posix.relative(posix.dirname(path), node.target.slice(1)) || '.' };
  }
  if (node.type !== 'file' || node.size > 4096 || !/\.(?:so|a)$/.test(path)) return node;
  const script = readFileSync(node.source, 'latin1');
  const made = movableScript(script);
  if (made === script) return node;
  const { mode, uid, gid, mtime, owner } = node;
  return { mode, uid, gid, mtime, owner, type: 'text', bytes: Buffer.from(made, 'latin1') };
}

/** Linkers look for a bare name in the folder of the script or where they look for libraries, which is all the same. */
function movableScript(script: string): string {
  if (!/^\s*(?:\/\*|OUTPUT_FORMAT|GROUP|INPUT)/.test(script)) return script;
  return script.replaceAll(/(?<=[\s(])\/(?:usr\/)?lib[\w/.+-]*\/([\w.+-]+)(?=[\s),])/g, '$1');
}

/**
 * musl has everything in its libc, and projects ask for -lpthread, -ldl and their like all the same. `libssp_nonshared`
 * is what gcc asks for with -fstack-protector; on all CPUs but 32-bit x86 and PowerPC nothing of it is ever called.
 */
const IN_MUSL = ['crypt', 'dl', 'm', 'pthread', 'resolv', 'rt', 'util', 'xnet', 'ssp_nonshared'];

/** Alpine calls its libc by the CPU too, and so do libraries that were linked there. */
function addMuslArchives(tree: RootTree): string[] {
  const paths = [...tree.nodes.keys()];
  const libc = paths.find((path) => /(?:^|\/)usr\/lib\/(?:[^/]+-musl\/)?libc\.a$/.test(path));
  const [cpu] = paths.flatMap((path) => /(?:^|\/)ld-musl-([^/]+)\.so\.1$/.exec(path)?.[1] ?? []);
  if (libc === undefined || cpu === undefined) return [];
  const folder = posix.dirname(libc);
  const missing = IN_MUSL.map((name) => `${folder}/lib${name}.a`).filter((path) => !tree.has(path));
  for (const path of missing) tree.write(path, '!<arch>\n', { owner: OWNER });
  const byCpu = `${folder}/libc.musl-${cpu}.so.1`;
  if (tree.nodes.has(byCpu) || !tree.has(`${folder}/libc.so`)) return missing;
  tree.link(byCpu, 'libc.so', OWNER);
  return [...missing, byCpu];
}

/**
 * Debian's node-gyp links every addon with Debian's libnode, which no other Node has. Without libnode-dev for the target
 * there is nothing to link with, and an addon finds everything in the program that loads it.
 */
function addNodeArchive(tree: RootTree): string[] {
  const libc = [...tree.nodes.keys()].find((path) => /^usr\/lib\/[^/]+-linux-gnu[^/]*\/libc\.so$/.test(path));
  if (libc === undefined) return [];
  const folder = posix.dirname(libc);
  if (tree.has(`${folder}/libnode.so`)) return [];
  tree.write(`${folder}/libnode.a`, '!<arch>\n', { owner: OWNER });
  return [`${folder}/libnode.a`];
}
