/** A .deb: an ar archive of `debian-binary`, `control.tar.*` (a few small files) and `data.tar.*` (what is installed). */
import { readAr, type ArEntry } from './ar.ts';
import { readAll } from './byte-reader.ts';
import { decompressIfCompressed } from './decompress.ts';
import { FormatError } from './format-error.ts';
import { readTar, type TarEntry } from './tar.ts';

export interface DebControlFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

export interface Deb {
  /** `control`, `md5sums`, `conffiles`, `postinst` … by name. */
  readonly control: ReadonlyMap<string, DebControlFile>;
  /** To be read to its end, or closed by leaving the loop: a decompressor may stand behind it. */
  readonly data: AsyncIterable<TarEntry>;
}

const MOST_CONTROL = 64 * 1024 * 1024;
const MOST_CONTROL_FILES = 10_000;

export async function readDeb(
  bytes: AsyncIterable<Uint8Array>,
  decompress: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = decompressIfCompressed,
): Promise<Deb> {
  const members = readAr(bytes);
  try {
    const version = await member(members, 'debian-binary');
    const text = Buffer.from(await readAll(version.body, 64, 'deb')).toString('latin1');
    if (!/^2\.\d+\n/.test(text))
      throw new FormatError('deb', `format ${JSON.stringify(text.trim())} is not read`);
    const control = await readControl(decompress((await member(members, 'control.tar')).body));
    const data = await member(members, 'data.tar');
    return { control, data: dataEntries(decompress(data.body), members) };
  } catch (error) {
    await members.return();
    throw error;
  }
}

/** dpkg skips members whose names begin with an underscore; a signed package has some at its end. */
async function member(members: AsyncGenerator<ArEntry, void, void>, name: string): Promise<ArEntry> {
  for (;;) {
    const next = await members.next();
    if (next.done === true) throw new FormatError('deb', `there is no ${name}`);
    if (next.value.name.startsWith('_')) continue;
    const { name: found, offset } = next.value;
    const right = found === name || (name.endsWith('.tar') && /^\.[a-z0-9]+$/.test(found.slice(name.length)));
    if (!right || !found.startsWith(name)) {
      throw new FormatError('deb', `${JSON.stringify(found)} where ${name} belongs`, offset);
    }
    return next.value;
  }
}

async function readControl(bytes: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, DebControlFile>> {
  const files = new Map<string, DebControlFile>();
  let left = MOST_CONTROL;
  for await (const { path, type, mode, body, offset } of readTar(bytes)) {
    if (type === 'folder') continue;
    const name = path.replace(/^\.\//, '');
    if (type !== 'file' || name.includes('/') || name === '.' || name === '..') {
      throw new FormatError('deb', `the control member ${JSON.stringify(path)} is not a plain file`, offset);
    }
    const content = await readAll(body, left, 'deb');
    left -= content.length;
    files.set(name, { bytes: content, mode });
    if (files.size > MOST_CONTROL_FILES) throw new FormatError('deb', 'too many control files', offset);
  }
  if (!files.has('control')) throw new FormatError('deb', 'there is no control file');
  return files;
}

async function* dataEntries(
  bytes: AsyncIterable<Uint8Array>,
  members: AsyncGenerator<ArEntry, void, void>,
): AsyncGenerator<TarEntry, void, void> {
  try {
    yield* readTar(bytes);
  } finally {
    await members.return();
  }
}
