/**
 * Damages archives and packages for as long as it is told and audits each as a whole, claims and verdicts included:
 * `node build/test/fuzz/archives.js [SECONDS] [SEED]`.
 *
 * Damage goes into the archive as it is, or into what it has compressed, which is then packed again; checksums of tar are
 * put right half of the time, because a reader that stops at the first wrong one is not tested by the others. A finding is
 * anything thrown, a case that takes more than a few seconds, or memory that grows without end.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readImage } from '../../src/audit/claims/image.ts';
import { judge } from '../../src/audit/judge.ts';
import { Budget } from '../../src/audit/walk/budget.ts';
import { emptyContents } from '../../src/audit/walk/contents.ts';
import { streamOf } from '../../src/audit/walk/spool.ts';
import { Walk } from '../../src/audit/walk/walk.ts';
import { sourceOfBytes } from '../../src/formats/elf/byte-source.ts';
import { ar, deb, tar } from '../archives.ts';
import { makeElf } from '../elf-maker.ts';
import { apk, cpio, npm, rpm, wheel, zip } from '../packages.ts';
import { PROSE_BZIP2, PROSE_ZSTD } from '../prose.ts';
import { damaged, randomOf } from './elf.ts';

const SLOW = 5000;
const MOST_MEMORY = 2 * 1024 ** 3;

interface Finding {
  readonly seed: number;
  readonly what: string;
  readonly file: string;
}

type Random = (most: number) => number;

export async function fuzzArchives(
  seconds: number,
  firstSeed: number,
): Promise<{ cases: number; findings: Finding[] }> {
  const originals = Object.entries(madeArchives());
  const end = performance.now() + seconds * 1000;
  const findings: Finding[] = [];
  let seed = firstSeed;
  for (; performance.now() < end && findings.length < 10; seed++) {
    const random = randomOf(seed);
    const [name, original] = originals[random(originals.length)]!;
    const bytes = spoiled(original, random);
    const what = await trouble(name, bytes);
    if (what === undefined) continue;
    const file = join(tmpdir(), `fuzz-archive-${seed}-${name}`);
    writeFileSync(file, bytes);
    findings.push({ seed, what, file });
  }
  return { cases: seed - firstSeed, findings };
}

async function trouble(name: string, bytes: Buffer): Promise<string | undefined> {
  const start = performance.now();
  try {
    const source = sourceOfBytes(bytes);
    const contents = emptyContents('elf');
    await new Walk(contents, new Budget(bytes.length)).artifact(source, streamOf(source), name);
    if (name.startsWith('image')) readImage(contents);
    else if (name.endsWith('.tgz')) contents.kind = 'npm';
    JSON.stringify(judge(contents, { path: name, fileName: name, sha256: null, promises: [] }));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const took = performance.now() - start;
  if (took > SLOW) return `took ${Math.round(took)} ms`;
  const { rss } = process.memoryUsage();
  return rss > MOST_MEMORY ? `this process has grown to ${rss} bytes` : undefined;
}

function spoiled(original: Buffer, random: Random): Buffer {
  const isGzip = original[0] === 0x1f && original[1] === 0x8b;
  if (!isGzip || random(4) === 0) return repaired(damaged(original, random), random);
  return gzipSync(repaired(damaged(gunzipSync(original), random), random), { level: 1 });
}

/** Puts the checksums of tar headers right, half of the time. */
function repaired(bytes: Buffer, random: Random): Buffer {
  if (random(2) === 0) return bytes;
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const header = bytes.subarray(at, at + 512);
    if (header.toString('latin1', 257, 262) !== 'ustar') continue;
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return bytes;
}

function madeArchives(): Record<string, Buffer> {
  const elf = makeElf({
    needed: ['libc.so.6', 'libz.so.1'],
    soname: 'libx.so.1',
    versions: [{ library: 'libc.so.6', version: 'GLIBC_2.28' }],
    symbols: [{ name: 'fcntl64', version: 0 }, { name: 'PyList_New' }],
    stack: 6,
  });
  const files = [
    { path: 'usr/lib/libx.so.1', bytes: elf, mode: 0o755 },
    { path: 'usr/lib/libx.so', type: '2', linkTarget: 'libx.so.1' },
    { path: 'usr/lib/hard.so', type: '1', linkTarget: 'usr/lib/libx.so.1' },
    { path: 'usr/share/doc/changes.gz', bytes: gzipSync('changes') },
    { path: 'long', bytes: 'x', pax: { path: `${'long/'.repeat(40)}x`, 'SCHILY.xattr.user.x': 'y' } },
  ];
  const plain = [
    { path: 'x/x.abi3.so', bytes: elf },
    { path: 'x/y.txt', bytes: 'y'.repeat(500) },
  ];
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const blob = (digit: string): string => `blobs/sha256/${digit.repeat(64)}`;
  const manifest = { config: { digest: digest('b') }, layers: [{ digest: digest('c') }] };
  return {
    'x.tar': tar(files),
    'x.tgz': npm({ os: ['linux'], cpu: ['x64'], bin: 'x.node' }, [
      { path: 'prebuilds/linux-x64/x.musl.node', bytes: elf },
    ]),
    'x.zip': zip(
      [...plain, { path: 'z', bytes: elf, zip64: true }, { path: 'd', bytes: elf, descriptor: true }],
      { zip64: true },
    ),
    'x-1.0-cp38-abi3-manylinux_2_17_x86_64.whl': wheel('cp38-abi3-manylinux_2_17_x86_64', plain),
    'x.deb': deb({ Package: 'x', Architecture: 'amd64', Depends: 'libc6 (>= 2.17)' }, files),
    'x.apk': apk({ pkgname: 'x', arch: 'x86_64', depend: ['so:libc.musl-x86_64.so.1'] }, files),
    'x.rpm': rpm(
      { name: 'x', requires: ['libc.so.6()(64bit)'] },
      cpio([{ path: './x.so', bytes: elf, mode: 0o100755 }]),
    ),
    'x.gz.rpm': rpm({ name: 'x' }, gzipSync(cpio([{ path: './x.so', bytes: elf, links: 2, inode: 1 }]))),
    'x.cpio': cpio([
      { path: 'a', inode: 1, links: 2 },
      { path: 'b', bytes: elf, inode: 1, links: 2 },
    ]),
    'x.a': ar([
      { name: '//', bytes: 'a-long-name-of-an-object.o/\n' },
      { name: '/0', bytes: elf },
      { name: 'y.o/', bytes: elf },
    ]),
    'x.tar.zst': PROSE_ZSTD,
    'x.tar.bz2': PROSE_BZIP2,
    'image.tar': tar([
      { path: 'oci-layout', bytes: '{}' },
      { path: 'index.json', bytes: JSON.stringify({ manifests: [{ digest: digest('a') }] }) },
      { path: blob('a'), bytes: JSON.stringify(manifest) },
      { path: blob('b'), bytes: '{"os":"linux","architecture":"amd64"}' },
      { path: blob('c'), bytes: gzipSync(tar([...files, { path: 'usr/.wh.x' }])) },
    ]),
    'nested.zip': zip([
      { path: 'x.tar', bytes: tar([{ path: 'x.a', bytes: ar([{ name: 'x.o/', bytes: elf }]) }]) },
    ]),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { cases, findings } = await fuzzArchives(Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 1));
  for (const { seed, what, file } of findings) console.log(`seed ${seed}: ${what}\n  ${file}`);
  console.log(`archives: ${cases} cases, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
