/** A repository of a test's own packages, installed by the real apk, and a look at what came of it. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alpine } from './alpine.ts';
import type { ApkFile } from './compose-apks.ts';
import { apkSignature, signingKey } from './archives.ts';

/** Signed, with the real apk's own index of it, in the folder `/repository` of the system. */
export function makeRepository(alpine: Alpine, arch: string, packages: readonly ApkFile[]): void {
  const folder = join(alpine.folder, 'repository', arch);
  mkdirSync(folder, { recursive: true });
  for (const { name, version, bytes } of packages)
    writeFileSync(join(folder, `${name}-${version}.apk`), bytes);
  const files = packages.map(({ name, version }) => `/repository/${arch}/${name}-${version}.apk`);
  const index = `/repository/${arch}/APKINDEX.tar.gz`;
  const { status, text } = alpine.apk(
    'index',
    '--allow-untrusted',
    '--rewrite-arch',
    arch,
    '-o',
    index,
    ...files,
  );
  if (status !== 0) throw new Error(text);
  const unsigned = readFileSync(join(alpine.folder, index));
  const key = signingKey('test.rsa.pub');
  writeFileSync(join(alpine.folder, index), Buffer.concat([apkSignature(unsigned, key), unsigned]));
  writeFileSync(join(alpine.folder, 'etc/apk/keys', key.name), key.publicPem);
}

/** As the real apk installs them, in the folder `/new` of the system. */
export function installReally(
  alpine: Alpine,
  arch: string,
  wishes: readonly string[],
  options: readonly string[] = [],
): string {
  const into = ['--root', '/new', '--initdb', '--arch', arch, '--keys-dir', '/etc/apk/keys'];
  const from = ['--repositories-file', '/dev/null', '-X', '/repository', '--no-network', '--no-cache'];
  const { status, text } = alpine.apk('add', ...into, ...from, ...options, ...wishes);
  if (status !== 0) throw new Error(text);
  return join(alpine.folder, 'new');
}

/** A line for each path below a folder: type, mode, owner, and the content's hash, time or target. */
export function inventory(top: string): Map<string, string> {
  const found = new Map<string, string>();
  const links = new Map<number, string>();
  const visit = (path: string): void => {
    const place = join(top, path);
    const stats = lstatSync(place);
    const facts = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`;
    if (stats.isDirectory()) {
      if (path !== '') found.set(path, `folder ${facts}`);
      for (const name of readdirSync(place).sort()) visit(path === '' ? name : `${path}/${name}`);
    } else if (stats.isSymbolicLink()) {
      found.set(path, `link ${stats.uid}:${stats.gid} ${readlinkSync(place)}`);
    } else if (stats.isFile()) {
      const hash = createHash('sha256').update(readFileSync(place)).digest('hex').slice(0, 16);
      const first = stats.nlink > 1 ? (links.get(stats.ino) ?? path) : path;
      links.set(stats.ino, first);
      const also = first === path ? '' : ` is ${first}`;
      found.set(path, `file ${facts} ${hash} ${Math.floor(stats.mtimeMs / 1000)}${also}`);
    } else {
      found.set(path, `special ${facts} ${stats.rdev}`);
    }
  };
  visit('');
  return found;
}
