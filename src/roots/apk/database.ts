/**
 * apk's database, written as apk 2.14 writes it: every package is installed, as far as apk can tell. `installed` sorted
 * by name, scripts and triggers in the order of installation. The older and the newer apk read it as well.
 */
import { createHash } from 'node:crypto';
import { apkDependencyText, type ApkDependency } from '../../formats/apk-dependency.ts';
import type { TreeEntry } from '../tree-manifest.ts';
import { APK_SCRIPTS } from '../unpack-apk.ts';
import type { ApkFiles } from './merge-apks.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

/** The text of `installed`. */
export function installedText({ packages, claims, ownerOf }: ApkFiles): string {
  const sorted = [...packages].sort((a, b) => compareShown(a.name, b.name));
  return sorted
    .map((one) => {
      const isOwn = (entry: TreeEntry): boolean => claims.get(entry.path)?.from === one;
      return `${headOf(one)}${filesOf(one, isOwn, ownerOf)}\n`;
    })
    .join('');
}

/** As apk shows lists: without regard to case, where that doesn't make them equal. */
function compareShown(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x !== y) return x < y ? -1 : 1;
  return a < b ? -1 : 1;
}

function headOf(one: UnpackedApk): string {
  const number = (key: string) => (Number(one.field(key) ?? 0) === 0 ? undefined : one.field(key));
  const lines: [letter: string, value: string | undefined][] = [
    ['C', one.identity],
    ['P', one.name],
    ['V', one.version],
    ['A', one.arch],
    ['S', String(one.size)],
    ['I', one.field('size') ?? '0'],
    ['T', one.field('pkgdesc') ?? ''],
    ['U', one.field('url') ?? ''],
    ['L', one.field('license') ?? ''],
    ['o', one.field('origin')],
    ['m', one.field('maintainer')],
    ['t', number('builddate')],
    ['c', one.field('commit')],
    ['k', number('provider_priority')],
    ['D', listed(one.dependencies('depend'))],
    ['p', listed(one.dependencies('provides'))],
    ['i', listed(one.dependencies('install_if'))],
    ['r', listed(one.replaces)],
    ['q', one.replacesPriority === 0 ? undefined : String(one.replacesPriority)],
    ['s', one.tag],
  ];
  return lines.map(([letter, value]) => (value === undefined ? '' : `${letter}:${value}\n`)).join('');
}

function listed(wishes: readonly ApkDependency[]): string | undefined {
  return wishes.length === 0 ? undefined : wishes.map(apkDependencyText).join(' ');
}

/** Folders in the order of the package, each with its files; modes and owners where they aren't the usual ones. */
function filesOf(
  one: UnpackedApk,
  isOwn: (entry: TreeEntry) => boolean,
  ownerOf: ApkFiles['ownerOf'],
): string {
  const folders = new Map<string, string[]>();
  const checksums = new Map<string, string | undefined>();
  const acl = (letter: string, usual: number, entry: TreeEntry): string => {
    const { uid, gid } = ownerOf(entry);
    if (entry.mode === usual && uid === 0 && gid === 0 && entry.xattrs === undefined) return '';
    const xattrs = entry.xattrs === undefined ? '' : `:${xattrsChecksum(entry.xattrs)}`;
    return `${letter}:${uid}:${gid}:${entry.mode.toString(8)}${xattrs}\n`;
  };
  for (const entry of one.entries) {
    if (entry.type === 'folder') {
      const lines = folders.get(entry.path);
      const head = `F:${entry.path}\n${acl('M', 0o755, entry)}`;
      if (lines === undefined) folders.set(entry.path, [head]);
      else lines[0] = head;
      continue;
    }
    const slash = entry.path.lastIndexOf('/');
    const folder = slash === -1 ? '' : entry.path.slice(0, slash);
    const lines = folders.get(folder) ?? [`F:${folder}\n`];
    folders.set(folder, lines);
    const checksum = entry.type === 'hardlink' ? checksums.get(entry.target) : entry.checksum;
    checksums.set(entry.path, checksum);
    if (!isOwn(entry)) continue;
    const name = entry.path.slice(slash + 1);
    lines.push(`R:${name}\n${acl('a', 0o644, entry)}${checksum === undefined ? '' : `Z:${checksum}\n`}`);
  }
  return [...folders.values()].flat().join('');
}

/** Of all names and values, each with its length in front of it. */
function xattrsChecksum(xattrs: Readonly<Record<string, string>>): string {
  const hash = createHash('sha1');
  for (const name of Object.keys(xattrs).sort()) {
    for (const bytes of [Buffer.from(name), Buffer.from(xattrs[name]!, 'base64')]) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      hash.update(length).update(bytes);
    }
  }
  return `Q1${hash.digest('base64')}`;
}

/** One line for each package that wants to hear of changes in folders. */
export function triggersText(packages: readonly UnpackedApk[]): string {
  return packages
    .filter(({ triggers }) => triggers.length > 0)
    .map(({ identity, triggers }) => `${identity} ${triggers.join(' ')}\n`)
    .join('');
}

/** A tar of all scripts, so that packages can be upgraded and removed inside of the root. */
export function scriptsTar(packages: readonly UnpackedApk[]): Buffer {
  const blocks: Buffer[] = [];
  for (const one of packages) {
    for (const script of APK_SCRIPTS) {
      const bytes = one.readScript(script);
      if (bytes === undefined) continue;
      const name = `${one.name}-${one.version}.${one.identity}${script}`;
      blocks.push(scriptHeader(name, bytes.length, Number(one.field('builddate') ?? 0)), bytes);
      blocks.push(Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK));
    }
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const BLOCK = 512;

function scriptHeader(name: string, size: number, mtime: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 99, 'latin1');
  header.write(octal(0o755, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  header.write(octal(size, 12), 124, 'latin1');
  header.write(octal(mtime, 12), 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar  ', 257, 'latin1');
  header.write('root', 265, 'latin1');
  header.write('root', 297, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0`, 148, 'latin1');
  return header;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width, '0').slice(-width);
}
