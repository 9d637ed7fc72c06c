/**
 * Walks through one artifact and gathers what it holds.
 *
 * Everything is a stream of bytes that is looked at from its start: what it is shows in its first block, not in its
 * name. Archives hand out members as streams again, so that an ELF file inside of a tar inside of a zip is reached
 * without anything being unpacked; only an ELF file itself, and a zip inside of something else, are read at many places
 * and so are held, one at a time, by `withSpooled`.
 *
 * Artifacts come from anywhere. What is wrong with an archive becomes a problem at its path and ends that archive, not
 * the walk; a bomb ends the walk. Nothing below throws anything else but what the machine throws (no space, no file).
 */
import { readAr } from '../../formats/ar.ts';
import { readAll } from '../../formats/byte-reader.ts';
import { readCpio } from '../../formats/cpio.ts';
import { parseDeb822 } from '../../formats/deb822.ts';
import { readDeb } from '../../formats/deb.ts';
import { decompress, type Compression } from '../../formats/decompress.ts';
import type { ByteSource } from '../../formats/elf/byte-source.ts';
import { FormatError } from '../../formats/format-error.ts';
import { peek } from '../../formats/peek.ts';
import { readRpm } from '../../formats/rpm.ts';
import { readTar } from '../../formats/tar.ts';
import { readZip, readZipHead, readZipMember } from '../../formats/zip.ts';
import type { Code } from '../../report/codes.ts';
import { auditElf } from '../elf-audit.ts';
import type { ArtifactKind } from '../report.ts';
import { isRead } from '../verdict.ts';
import { BombError, type Budget } from './budget.ts';
import { debFacts, pkginfoFacts, rpmFacts } from './package-facts.ts';
import type { Contents } from './contents.ts';
import { cleanPath, PathCheck } from './paths.ts';
import { pythonSymbolsOf } from './python-symbols.ts';
import { abandon, sniff, SNIFF_SIZE, type Sniffed } from './sniff.ts';
import { withSpooled } from './spool.ts';

/** Where in the artifact a stream stands. */
interface Place {
  /** Its path inside the artifact; null for the artifact itself. */
  readonly path: string | null;
  readonly mode: number | undefined;
  /** How many archives are around it. */
  readonly depth: number;
  /** How many compressions were taken off since the last archive: a file may unpack to itself for ever. */
  readonly unwrapped: number;
}

const MOST_DEPTH = 2;
const MOST_UNWRAPPED = 2;
const MOST_ELFS = 100_000;
const MOST_PROBLEMS = 1_000;
const MOST_TEXT = 1024 * 1024;

/** Small files that say what their archive claims to be. */
const TEXTS =
  /^(?:[^/]+\/package\.json|[^/]+\/readme(?:\.md)?|[^/]+\.dist-info\/(?:WHEEL|METADATA)|\.PKGINFO|oci-layout|(?:index|manifest|[0-9a-f]{64})\.json)$/i;
const BLOB = /^blobs\/sha256\/[0-9a-f]{64}$/;
const ARCHIVE_NAME = /\.(?:tar|t[gx]z|zip|whl|deb|apk|rpm|a)$|\.tar\.\w+$/;

export class Walk {
  readonly contents: Contents;
  readonly #budget: Budget;
  /** What an ELF file is called that is the artifact itself, compressed or not. */
  #ownName = '';
  /** How many members had begun when the last archive turned out to be malformed. */
  #malformedAt = -1;

  constructor(contents: Contents, budget: Budget) {
    this.contents = contents;
    this.#budget = budget;
  }

  /** The artifact itself, as a file. False where it is nothing that an audit reads. */
  async artifact(source: ByteSource, bytes: AsyncIterable<Uint8Array>, name: string): Promise<boolean> {
    this.#ownName = name.replace(/\.(?:gz|xz|zst|bz2)$/, '');
    const place: Place = { path: null, mode: undefined, depth: 0, unwrapped: 0 };
    return this.#guarded(place, async () => {
      const kind = sniff(source.read(0, SNIFF_SIZE));
      if (kind === 'zip') {
        this.contents.kind = name.endsWith('.whl') ? 'wheel' : 'zip';
        await this.#zip(source, place);
        return true;
      }
      if (kind === 'elf') {
        this.contents.kind = 'elf';
        this.#elf(source, place);
        return true;
      }
      return this.#stream(bytes, place);
    });
  }

  /** A file that belongs to the artifact, which is a folder. */
  async member(
    path: string,
    mode: number | undefined,
    size: number,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    await this.#member(path, mode, size, bytes, { path: null, mode: undefined, depth: 0, unwrapped: 0 });
  }

  /** An ELF file that belongs to the artifact, which is a folder. */
  elf(source: ByteSource, path: string, mode: number): void {
    this.#elf(source, { path, mode, depth: 1, unwrapped: 0 });
  }

  problem(code: Code, path: string | null, message: string, offset?: number): void {
    const { problems } = this.contents;
    if (problems.length < MOST_PROBLEMS) problems.push({ code, severity: 'error', message, path, offset });
  }

  /** What is wrong with these bytes ends `work`, and nothing more. */
  async #guarded(place: Place, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (error instanceof BombError) {
        if (place.depth > 0) throw error;
        this.problem('archive-bomb', null, error.message.replace(/^archive: /, 'it '));
      } else {
        this.#malformed(place, error);
      }
      return true;
    }
  }

  /** Where no member began since the last problem, the archive around that one fails of the same cause. */
  #malformed({ path }: Place, { message, offset }: FormatError): void {
    const isSame = this.#malformedAt === this.#budget.members && this.contents.problems.length > 0;
    const cause = isSame ? this.contents.problems.pop()! : { message, offset };
    this.problem('archive-malformed', path, cause.message, cause.offset);
    this.#malformedAt = this.#budget.members;
  }

  async #stream(bytes: AsyncIterable<Uint8Array>, place: Place): Promise<boolean> {
    const { head, whole } = await peek(bytes, SNIFF_SIZE);
    const kind = sniff(head);
    if (kind === undefined) {
      await abandon(whole);
      return false;
    }
    if (place.depth > MOST_DEPTH && kind !== 'elf') {
      await abandon(whole);
      return false;
    }
    return this.#known(kind, head, whole, place);
  }

  async #known(
    kind: Exclude<Sniffed, undefined>,
    head: Uint8Array,
    whole: AsyncIterable<Uint8Array>,
    place: Place,
  ): Promise<boolean> {
    switch (kind) {
      case 'elf':
        if (place.path === null) this.#setKind(place, 'elf');
        await withSpooled(whole, (source) => this.#elf(source, place));
        return true;
      case 'adb':
        this.#setKind(place, 'apk');
        throw new FormatError('apk', 'version 3 of the format is not read', 0);
      case 'tar':
        await this.#tar(whole, head, place);
        return true;
      case 'cpio':
        this.#setKind(place, 'tar');
        for await (const entry of readCpio(whole)) {
          await this.#member(
            entry.path,
            entry.mode,
            entry.type === 'file' ? entry.size : undefined,
            entry.body,
            place,
          );
        }
        return true;
      case 'ar':
        await (isDeb(head) ? this.#deb(whole, place) : this.#ar(whole, place));
        return true;
      case 'rpm':
        await this.#rpm(whole, place);
        return true;
      case 'zip':
        this.#setKind(place, 'zip');
        await withSpooled(whole, (source) => this.#zip(source, place));
        return true;
      case 'gzip':
      case 'xz':
      case 'zstd':
      case 'bzip2':
        return this.#compressed(kind, whole, place);
    }
  }

  async #compressed(kind: Compression, whole: AsyncIterable<Uint8Array>, place: Place): Promise<boolean> {
    if (place.unwrapped >= MOST_UNWRAPPED) return false;
    const plain = this.#budget.unpacked(decompress(whole, kind));
    return this.#stream(plain, { ...place, unwrapped: place.unwrapped + 1 });
  }

  async #tar(whole: AsyncIterable<Uint8Array>, head: Uint8Array, place: Place): Promise<void> {
    const isApk = /^\.(?:SIGN\.|PKGINFO\0)/.test(Buffer.from(head.subarray(0, 16)).toString('latin1'));
    this.#setKind(place, isApk ? 'apk' : 'tar');
    const paths = new PathCheck();
    for await (const entry of readTar(whole, { joined: isApk })) {
      const path = cleanPath(entry.path);
      // A package of apk is unpacked at `/`, which no path leaves.
      if (!isApk) this.#checkPath(paths, path, place);
      if (entry.type === 'symlink' && place.depth === 0) paths.link(path, entry.linkTarget ?? '');
      if (entry.type === 'file') await this.#member(path, entry.mode, entry.size, entry.body, place);
      else this.#other(path, place);
    }
    const pkginfo = place.depth === 0 ? this.contents.texts.get('.PKGINFO') : undefined;
    if (pkginfo !== undefined && isApk) this.contents.package = pkginfoFacts(pkginfo);
  }

  async #zip(source: ByteSource, place: Place): Promise<void> {
    const paths = new PathCheck();
    for (const entry of readZip(source)) {
      this.#budget.countMember();
      this.#checkPath(paths, entry.path, place);
      if (entry.type !== 'file') continue;
      if (entry.refused !== undefined) {
        this.problem('archive-member-refused', pathIn(place, entry.path), entry.refused, entry.offset);
        continue;
      }
      await this.#guarded({ ...place, path: pathIn(place, entry.path), depth: place.depth + 1 }, async () => {
        // Most members are neither ELF nor archive: their first bytes are enough.
        const known =
          sniff(readZipHead(source, entry, SNIFF_SIZE)) !== undefined || this.#isText(entry.path, place);
        if (!known) return false;
        const body = this.#budget.unpacked(readZipMember(source, entry));
        await this.#member(entry.path, entry.mode, entry.size, body, place);
        return true;
      });
    }
    if (
      place.depth === 0 &&
      [...this.contents.texts.keys()].some((path) => path.endsWith('.dist-info/WHEEL'))
    ) {
      this.contents.kind = 'wheel';
    }
  }

  async #ar(whole: AsyncIterable<Uint8Array>, place: Place): Promise<void> {
    this.#setKind(place, 'ar');
    for await (const entry of readAr(whole))
      await this.#member(entry.name, entry.mode, entry.size, entry.body, place);
  }

  async #deb(whole: AsyncIterable<Uint8Array>, place: Place): Promise<void> {
    this.#setKind(place, 'deb');
    const { control, data } = await readDeb(whole);
    if (place.depth === 0) {
      const text = Buffer.from(control.get('control')!.bytes).toString('utf8');
      this.contents.package = debFacts(parseDeb822(text)[0] ?? new Map());
    }
    for await (const entry of data) {
      this.#budget.spend(entry.size);
      const path = cleanPath(entry.path);
      if (path.split('/').includes('..')) this.#pathProblem(path, 'a path with `..` in it', place);
      if (entry.type === 'file') await this.#member(path, entry.mode, entry.size, entry.body, place);
    }
  }

  async #rpm(whole: AsyncIterable<Uint8Array>, place: Place): Promise<void> {
    this.#setKind(place, 'rpm');
    const header = await readRpm(whole);
    if (place.depth === 0) this.contents.package = rpmFacts(header);
    for await (const entry of readCpio(this.#budget.unpacked(header.payload))) {
      const path = cleanPath(entry.path).replace(/^\/+/, '');
      if (path.split('/').includes('..')) this.#pathProblem(path, 'a path with `..` in it', place);
      if (entry.type === 'file') await this.#member(path, entry.mode, entry.size, entry.body, place);
    }
  }

  async #member(
    path: string,
    mode: number | undefined,
    size: number | undefined,
    body: AsyncIterable<Uint8Array>,
    around: Place,
  ): Promise<void> {
    this.#budget.countMember();
    const place: Place = { path: pathIn(around, path), mode, depth: around.depth + 1, unwrapped: 0 };
    await this.#guarded(place, async () => {
      if (this.#isText(path, around) && (size ?? 0) <= MOST_TEXT) {
        const text = await readAll(body, MOST_TEXT, 'archive');
        this.contents.texts.set(path, Buffer.from(text).toString('utf8'));
        return true;
      }
      if (around.depth === 0 && BLOB.test(path) && (size ?? 0) <= MOST_TEXT) {
        const { head, whole } = await peek(body, 1);
        if (head[0] !== 0x7b) return this.#stream(whole, place);
        const json = await readAll(whole, MOST_TEXT, 'archive');
        this.contents.texts.set(path, Buffer.from(json).toString('utf8'));
        return true;
      }
      const known = size === 0 ? false : await this.#stream(body, place);
      if (!known) this.#other(path, around, mode);
      if (!known && place.depth > MOST_DEPTH && ARCHIVE_NAME.test(path)) {
        this.problem(
          'archive-too-deep',
          place.path,
          'it is inside of three archives and was not looked into',
        );
      }
      return known;
    });
  }

  #elf(source: ByteSource, place: Place): void {
    const path = place.path ?? this.#ownName;
    if (this.contents.elfs.length >= MOST_ELFS)
      throw new BombError('archive', `holds more than ${MOST_ELFS} ELF files`);
    const reading = auditElf(source, path);
    const { problems } = reading;
    this.contents.problems.push(...problems.slice(0, MOST_PROBLEMS - this.contents.problems.length));
    if (!isRead(reading)) return;
    const inWheel = this.contents.kind === 'wheel' && path.endsWith('.so');
    const pythonSymbols = inWheel ? pythonSymbolsOf(source) : [];
    const { audit, traits } = reading;
    this.contents.elfs.push({ audit, traits, mode: place.mode, pythonSymbols });
  }

  #isText(path: string, around: Place): boolean {
    return around.depth === 0 && TEXTS.test(path);
  }

  /** Layers of an image are told apart from other archives by where they are; only there does this matter. */
  #other(path: string, around: Place, mode = 0): void {
    if (around.path === null || !(BLOB.test(around.path) || around.path.endsWith('/layer.tar'))) return;
    const matters = /(?:^|\/)\.wh\./.test(path) || (mode & 0o111) !== 0 || /\.so\b/.test(path);
    if (matters) this.contents.layered.add(pathIn(around, path));
  }

  #checkPath(paths: PathCheck, path: string, place: Place): void {
    const wrong = paths.member(path);
    if (wrong !== undefined) this.#pathProblem(path, wrong, place);
  }

  #pathProblem(path: string, wrong: string, place: Place): void {
    this.problem('archive-path-escapes', pathIn(place, path), `${wrong} leads out of the archive`);
  }

  #setKind(place: Place, kind: ArtifactKind): void {
    if (place.depth === 0) this.contents.kind = kind;
  }
}

function isDeb(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(8, 24)).toString('latin1').startsWith('debian-binary');
}

function pathIn(around: Place, path: string): string {
  return around.path === null ? path : `${around.path}!/${path}`;
}
