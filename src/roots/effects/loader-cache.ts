/**
 * `/etc/ld.so.cache`, as ldconfig makes it of what is in the folders of /etc/ld.so.conf and the loader's own. Programs start
 * without it, but some ask it where a library is: `ldconfig -p`, and by that Python's `ctypes.util.find_library`.
 */
import { closeSync, openSync } from 'node:fs';
import { sourceOfBytes, sourceOfFile, type ByteSource } from '../../formats/elf/byte-source.ts';
import { readElf, type ElfFile } from '../../formats/elf/elf-file.ts';
import { FormatError } from '../../formats/format-error.ts';
import { globToRegExp } from '../../base/glob.ts';
import { compareSonames, encodeLoaderCache, type CachedLibrary } from '../../formats/loader-cache.ts';
import type { RootNode, RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';

const OWNER = 'libc-bin';
const CACHE = 'etc/ld.so.cache';

export const loaderCache: Effect = {
  name: 'loader-cache',
  apply({ tree, arch }) {
    const nothing = { done: [], skipped: [] };
    const program = tree.read('sbin/ldconfig.real') ?? tree.read('sbin/ldconfig');
    const flags = FLAGS[arch];
    // Older ones write it in another form.
    const generator = /ldconfig \([^)\0]+\) \w+ release version [\d.]+/.exec(
      program?.toString('latin1') ?? '',
    )?.[0];
    if (generator === undefined || flags === undefined || tree.has(CACHE)) return nothing;
    const folders = librariesIn(tree);
    // Which of several builds of a library is taken is for the program to say.
    if (folders.some((folder) => tree.has(`${folder}/glibc-hwcaps`))) return nothing;
    const libraries = folders.flatMap((folder) => cachedIn(tree, folder, flags));
    tree.write(CACHE, encodeLoaderCache(libraries, generator, arch !== 's390x'), { owner: OWNER });
    return { done: [`${CACHE}: ${libraries.length} libraries`], skipped: [] };
  },
};

/** By the root's CPU, for the files that its ldconfig takes, by machine and class. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  amd64: { 'x86_64 64': 0x303, 'x86_64 32': 0x803, 'i386 32': 0x003 },
  arm64: { 'aarch64 64': 0xa03 },
  armhf: { 'arm 32': 0x903 },
  i386: { 'i386 32': 0x003, 'x86_64 64': 0x303, 'x86_64 32': 0x803 },
  ppc64el: { 'ppc64le 64': 0x503 },
  riscv64: { 'riscv64 64': 0x1003 },
  s390x: { 's390x 64': 0x403 },
};

/** The folders in which ldconfig looks, each once, by the name by which it comes first. */
function librariesIn(tree: RootTree): string[] {
  const seen = new Map<string, string>();
  for (const folder of [...configured(tree, 'etc/ld.so.conf', 0), 'lib', 'usr/lib']) {
    const place = tree.follow(folder);
    if (!seen.has(place) && tree.nodes.get(place)?.type === 'folder') seen.set(place, folder);
  }
  return [...seen.values()];
}

const MOST_DEPTH = 8;

function configured(tree: RootTree, file: string, depth: number): string[] {
  const lines = (tree.readText(file) ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.flatMap((line): string[] => {
    const [, pattern] = /^include\s+\/?(\S+)$/.exec(line) ?? [];
    if (pattern === undefined) return line.startsWith('/') ? [line.slice(1).replace(/\/+$/, '')] : [];
    if (depth >= MOST_DEPTH) return [];
    const slash = pattern.lastIndexOf('/');
    const form = globToRegExp(pattern.slice(slash + 1));
    const folder = pattern.slice(0, slash);
    const names = tree.list(folder).filter((name) => form.test(name));
    return names.flatMap((name) => configured(tree, `${folder}/${name}`, depth + 1));
  });
}

interface Library {
  readonly name: string;
  readonly isLink: boolean;
  readonly flags: number;
}

/** One for each name that programs ask for: the file itself before links to it, the newest of several. */
function cachedIn(tree: RootTree, folder: string, flags: Readonly<Record<string, number>>): CachedLibrary[] {
  const found = new Map<string, Library>();
  for (const name of tree.list(folder)) {
    if (!/^(lib|ld-).*\.so/.test(name) || name.endsWith('-gdb.py')) continue;
    const node = tree.find(`${folder}/${name}`);
    const elf = node === undefined ? undefined : elfOf(node);
    const kind = elf === undefined ? undefined : flags[`${elf.machine} ${elf.class}`];
    if (elf === undefined || kind === undefined) continue;
    const own = elf.soname ?? name.replace(/(\.so\.[^.]*)\..*$/, '$1');
    const link = tree.nodes.get(tree.locate(`${folder}/${name}`))?.type === 'symlink';
    // What compilers are given goes in by its own name.
    const forCompilers = link && name.endsWith('.so') && own.startsWith(name);
    const soname = forCompilers ? name : own;
    // A link of any other name is taken for a file.
    const isLink = link && name === soname;
    const other = found.get(soname);
    const wins =
      other === undefined ||
      (!isLink && other.isLink) ||
      (isLink === other.isLink && compareSonames(other.name, name) < 0);
    if (wins) found.set(soname, { name, isLink, flags: kind });
  }
  return [...found].map(([soname, { flags: kind }]) => ({
    soname,
    path: `/${folder}/${soname}`,
    flags: kind,
  }));
}

/** Undefined for what is no shared library. */
function elfOf(node: RootNode): ElfFile | undefined {
  if (node.type === 'text') return sharedLibrary(sourceOfBytes(node.bytes));
  if (node.type !== 'file') return undefined;
  const file = openSync(node.source, 'r');
  try {
    return sharedLibrary(sourceOfFile(file, node.size));
  } finally {
    closeSync(file);
  }
}

function sharedLibrary(source: ByteSource): ElfFile | undefined {
  try {
    const elf = readElf(source);
    return elf.type === 'dyn' && elf.dynamic ? elf : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
