/** Makes the packages of an installed Alpine system anew, so that they can be installed elsewhere. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readTar } from '../src/formats/tar.ts';
import { apk, collect, stream, type TarMember } from './archives.ts';

export interface MadePackage {
  readonly name: string;
  readonly version: string;
  readonly bytes: Buffer;
}

const KEYS: Readonly<Record<string, string>> = {
  P: 'pkgname',
  V: 'pkgver',
  A: 'arch',
  I: 'size',
  T: 'pkgdesc',
  U: 'url',
  L: 'license',
  o: 'origin',
  m: 'maintainer',
  t: 'builddate',
  c: 'commit',
  k: 'provider_priority',
  D: 'depend',
  p: 'provides',
  i: 'install_if',
  r: 'replaces',
  q: 'replaces_priority',
};
const LISTS = 'Dpir';

export async function repackage(root: string): Promise<MadePackage[]> {
  const database = join(root, 'lib/apk/db');
  const scripts = new Map<string, string>();
  const archive = readFileSync(join(database, 'scripts.tar'));
  for await (const { path, body } of readTar(stream(archive)))
    scripts.set(path, (await collect(body)).toString());
  const triggers = new Map(
    readFileSync(join(database, 'triggers'), 'utf8')
      .split('\n')
      .map((line) => [line.split(' ', 1)[0]!, line.replace(/^\S+ ?/, '')]),
  );
  const paragraphs = readFileSync(join(database, 'installed'), 'utf8').trim().split('\n\n');
  return paragraphs.map((text) => rebuild(root, text.split('\n'), scripts, triggers));
}

function rebuild(
  root: string,
  lines: readonly string[],
  scripts: ReadonlyMap<string, string>,
  triggers: ReadonlyMap<string, string>,
): MadePackage {
  const fields: Record<string, string | string[]> = {};
  const members: TarMember[] = [];
  let [identity, folder] = ['', ''];
  for (const line of lines) {
    const [letter, value] = [line[0]!, line.slice(2)];
    if (letter === 'C') identity = value;
    else if (letter === 'F') members.push({ path: `${(folder = value)}/`, type: '5', mode: 0o755 });
    else if (letter === 'R') members.push(memberOf(root, folder === '' ? value : `${folder}/${value}`));
    else if (KEYS[letter] !== undefined)
      fields[KEYS[letter]] = LISTS.includes(letter) ? value.split(' ') : value;
    if (letter !== 'M' && letter !== 'a') continue;
    const [uid, gid, mode] = value.split(':');
    Object.assign(members.at(-1)!, { uid: Number(uid), gid: Number(gid), mode: parseInt(mode!, 8) });
  }
  const wanted = triggers.get(identity);
  if (wanted !== undefined) fields['triggers'] = wanted;
  const prefix = `${String(fields['pkgname'])}-${String(fields['pkgver'])}.${identity}.`;
  const own = [...scripts].filter(([name]) => name.startsWith(prefix));
  const bytes = apk(fields, members, {
    scripts: Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text])),
  });
  return { name: String(fields['pkgname']), version: String(fields['pkgver']), bytes };
}

/** As the database would have it where it says nothing else. */
function memberOf(root: string, path: string): TarMember {
  const stats = lstatSync(join(root, path));
  const mtime = Math.floor(stats.mtimeMs / 1000);
  if (stats.isSymbolicLink())
    return { path, type: '2', linkTarget: readlinkSync(join(root, path)), mode: 0o777, mtime };
  return { path, bytes: readFileSync(join(root, path)), mode: 0o644, mtime };
}
