import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompress, decompressIfCompressed, sniffCompression } from '../../../src/formats/decompress.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { decompressXzByProcess } from '../../../src/formats/xz.ts';
import { decompressXzByWasm } from '../../../src/formats/xz-wasm.ts';
import { readTar } from '../../../src/formats/tar.ts';
import { collect, stream, tar } from '../../archives.ts';

const TEXT = 'hello from xz\n'.repeat(3);
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AApABVdADQZSe6N6RLmFA6/udJnpXFnCAwAAAAAAAC7x/o9z90jUwABMSpPe2A9H7bzfQEAAAAABFla',
  'base64',
);
const XZ_CRC32 = Buffer.from(
  '/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQABYQoAAAAHoerdAAEWAtBhENKQQpkNAQAAAAABWVo=',
  'base64',
);

async function* broken(): AsyncGenerator<Uint8Array, void, void> {
  yield XZ.subarray(0, 20);
  throw new Error('the disk is gone');
}

const decoders = { process: decompressXzByProcess, WebAssembly: decompressXzByWasm };

const hasXz = spawnSync('xz', ['--version']).error === undefined;

for (const [name, decode] of Object.entries(decoders)) {
  const skip = name === 'process' && !hasXz && 'xz is not installed';
  test(`xz by ${name}: one stream, several, padded, in small pieces`, { skip }, async () => {
    assert.equal((await collect(decode(stream(XZ)))).toString(), TEXT);
    assert.equal((await collect(decode(stream(XZ, 1)))).toString(), TEXT);
    const several = Buffer.concat([XZ, Buffer.alloc(8), XZ_CRC32, Buffer.alloc(4)]);
    assert.equal((await collect(decode(stream(several, 9)))).toString(), `${TEXT}a\n`);
  });

  test(`xz by ${name}: every cut is a FormatError`, { skip }, async () => {
    for (let cut = 1; cut < XZ.length; cut += name === 'process' ? 19 : 1) {
      await assert.rejects(collect(decode(stream(XZ.subarray(0, cut)))), FormatError, `cut at ${cut}`);
    }
    const changed = Buffer.from(XZ);
    changed[45]! ^= 1;
    await assert.rejects(collect(decode(stream(changed))), FormatError);
    await assert.rejects(collect(decode(stream(Buffer.from('no xz at all')))), FormatError);
    await assert.rejects(collect(decode(stream(Buffer.concat([XZ, Buffer.from('more')])))), FormatError);
  });

  test(`xz by ${name}: several at once, one left half-way, an error of the source`, { skip }, async () => {
    const all = await Promise.all([1, 2, 3].map(() => collect(decode(stream(XZ, 10)))));
    assert.deepEqual(all.map(String), [TEXT, TEXT, TEXT]);
    for await (const _ of decode(stream(XZ))) break;
    await assert.rejects(collect(decode(broken())), /the disk is gone/);
  });
}

test('xz goes on when Ctrl-C reaches it, or whoever stops a command would read of a damaged file', async (t) => {
  if (!hasXz) return t.skip('xz is not installed');
  const packed = execFileSync('xz', ['-0'], { input: randomBytes(1e6), maxBuffer: 2e6 }).toString('base64');
  const module = new URL('../../../src/formats/xz.js', import.meta.url).href;
  // The one that reads hears Ctrl-C as well, and only then has the second half for xz.
  const script = `import { readFileSync } from 'node:fs';
    import { decompressXzByProcess } from ${JSON.stringify(module)};
    const packed = Buffer.from(readFileSync(0, 'latin1'), 'base64');
    async function* halves() {
      yield packed.subarray(0, 500_000);
      const heard = new Promise((resolve) => process.once('SIGINT', resolve));
      console.log('begun');
      await heard;
      yield packed.subarray(500_000);
    }
    let size = 0;
    for await (const chunk of decompressXzByProcess(halves())) size += chunk.length;
    console.log(size);`;
  const words = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(packed);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await once(child.stdout, 'data');
  process.kill(-child.pid!, 'SIGINT');
  await once(child, 'close');
  assert.equal(said, 'begun\n1000000\n');
});

test('gzip: members follow each other, cuts are FormatErrors', async () => {
  const bytes = Buffer.concat([gzipSync('one '), gzipSync('two')]);
  assert.equal((await collect(decompress(stream(bytes, 5), 'gzip'))).toString(), 'one two');
  for (let cut = 1; cut < 20; cut++) {
    await assert.rejects(collect(decompress(stream(bytes.subarray(0, cut)), 'gzip')), FormatError);
  }
  const changed = gzipSync('one');
  changed[changed.length - 6]! ^= 1;
  await assert.rejects(collect(decompress(stream(changed), 'gzip')), FormatError);
});

test('the kind is told by the first bytes, and plain bytes stay as they are', async () => {
  assert.equal(sniffCompression(XZ), 'xz');
  assert.equal(sniffCompression(gzipSync('')), 'gzip');
  assert.equal(sniffCompression(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])), 'zstd');
  assert.equal(sniffCompression(Buffer.from('BZh9')), 'bzip2');
  assert.equal(sniffCompression(Buffer.from('PK')), undefined);
  for (const bytes of [XZ, gzipSync(TEXT), Buffer.from(TEXT)]) {
    assert.equal((await collect(decompressIfCompressed(stream(bytes, 1)))).toString(), TEXT);
  }
  assert.equal((await collect(decompressIfCompressed(stream(Buffer.alloc(0))))).length, 0);
});

test('a reader that stops early closes the source', async () => {
  let closed = false;
  async function* source() {
    try {
      for (;;) yield gzipSync(Buffer.alloc(100_000));
    } finally {
      closed = true;
    }
  }
  for await (const _ of decompressIfCompressed(source())) break;
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(closed);
});

test('a member that is left half-way has stopped reading from its archive', async () => {
  const noise = randomBytes(400_000);
  const packed = gzipSync(noise);
  const bytes = tar(Array.from({ length: 20 }, (_, i) => ({ path: `${i}.gz`, bytes: packed })));
  let members = 0;
  for await (const { path, body } of readTar(stream(bytes, 1000))) {
    assert.equal(path, `${members++}.gz`);
    for await (const _ of decompress(body, 'gzip')) break;
  }
  assert.equal(members, 20);
});
