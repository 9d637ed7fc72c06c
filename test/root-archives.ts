/** Holds two roots, as tars, against each other. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { globToRegExp } from '../src/base/glob.ts';
import { readTar } from '../src/formats/tar.ts';

export interface RootMember {
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly mtime: number;
  /** The target of a link, the number of a device, the hash of a file's bytes. */
  readonly content: string;
  /** Of small files. */
  readonly text: string;
  readonly xattrs: string;
}

const SMALL = 1_000_000;

/** By path, without `./` before it and a slash behind it. */
export async function membersOfTar(path: string): Promise<Map<string, RootMember>> {
  const members = new Map<string, RootMember>();
  for await (const entry of readTar(createReadStream(path))) {
    const name = cleanPath(entry.path);
    if (name === '') continue;
    const { type, mode, uid, gid, mtime, device, linkTarget, size } = entry;
    if (type === 'hardlink') {
      members.set(name, members.get(cleanPath(linkTarget!))!);
      continue;
    }
    const hash = createHash('sha256');
    const pieces: Buffer[] = [];
    for await (const piece of entry.body) {
      hash.update(piece);
      if (size < SMALL) pieces.push(Buffer.from(piece));
    }
    const number = device === undefined ? undefined : `${device.major}:${device.minor}`;
    members.set(name, {
      type,
      // Links have none.
      mode: type === 'symlink' ? 0o777 : mode,
      owner: `${uid}:${gid}`,
      mtime: Math.floor(mtime),
      content: linkTarget ?? number ?? (type === 'file' ? hash.digest('hex') : ''),
      text: Buffer.concat(pieces).toString('latin1'),
      xattrs: JSON.stringify(
        [...entry.xattrs].map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
      ),
    });
  }
  return members;
}

function cleanPath(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/$/, '');
}

/** A difference that is as it should be. */
interface Explanation {
  /** A glob. */
  readonly path: string;
  readonly only?: 'ours' | 'theirs';
  readonly differs?: string;
  /** In what the contents are equal all the same. */
  readonly same?: 'lines' | 'without-dates' | 'without-comments';
  readonly why: string;
}

type Members = ReadonlyMap<string, RootMember>;

export interface Comparison {
  /** In a line each. */
  readonly unexplained: readonly string[];
  /** The paths of the explanations that were of use. */
  readonly used: ReadonlySet<string>;
}

/** `explanations` is the path of a JSON file. Times count for files of packages: whatever was made just now has none. */
export function compareRoots(ours: Members, theirs: Members, explanations: string): Comparison {
  const known = (JSON.parse(readFileSync(explanations, 'utf8')) as Explanation[]).map((one) => ({
    ...one,
    form: globToRegExp(one.path),
  }));
  const newest = Math.max(...[...ours.values()].map(({ mtime }) => mtime));
  const used = new Set<string>();
  const unexplained: string[] = [];
  for (const path of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [one, other] = [ours.get(path), theirs.get(path)];
    const found = differenceOf(one, other, newest);
    if (found === undefined) continue;
    const explanation = known.find(
      ({ form, only, differs, same }) =>
        form.test(path) &&
        (only === undefined ? differs === found : `only ${only}` === found) &&
        (same === undefined || alike(same, one!.text, other!.text)),
    );
    if (explanation === undefined) unexplained.push(`${path}: ${found}`);
    else used.add(explanation.path);
  }
  return { unexplained, used };
}

function differenceOf(
  one: RootMember | undefined,
  other: RootMember | undefined,
  newest: number,
): string | undefined {
  if (one === undefined) return 'only theirs';
  if (other === undefined) return 'only ours';
  const differing = (['type', 'mode', 'owner', 'content', 'xattrs'] as const).filter(
    (key) => one[key] !== other[key],
  );
  const sameTime = one.mtime === newest || one.mtime === other.mtime || one.type === 'folder';
  const all = [...differing, ...(sameTime ? [] : ['mtime'])];
  return all.length === 0 ? undefined : all.join(',');
}

function alike(same: NonNullable<Explanation['same']>, one: string, other: string): boolean {
  const form = (text: string): string => {
    if (same === 'without-dates') return text.replaceAll(/:\d*:0:99999:/g, '::');
    const lines = text.split('\n').filter((line) => same === 'lines' || !line.startsWith('#'));
    return (same === 'lines' ? lines.sort() : lines).join('\n');
  };
  return form(one) === form(other);
}
