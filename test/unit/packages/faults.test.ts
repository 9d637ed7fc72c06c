/** Each way in which a server can misbehave: alone it is named, and beside a mirror that is well it costs nothing. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { fetchPackages } from '../../../src/packages/fetch.ts';
import type { Code } from '../../../src/report/codes.ts';
import { quickClient, serve } from './local-server.ts';
import { temporaryStore } from './signed-repository.ts';

const bytes = randomBytes(400_000);
const file = {
  name: 'p',
  arch: 'amd64',
  repository: 'debian bullseye main',
  path: 'pool/p.deb',
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
};

/** Of who is silent each attempt takes so long, and the good one beside it may be slow. */
const IMPATIENT = { timeout: 500, attempts: 2 };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const answer: Handler = (_, response) => response.end(bytes);

const FAULTS: readonly [title: string, code: Code, handler: Handler][] = [
  ['has nothing', 'package-gone', (_, response) => response.writeHead(404).end()],
  ['forbids it', 'http-denied', (_, response) => response.writeHead(403).end()],
  ['is out of order', 'http-server-error', (_, response) => response.writeHead(500).end()],
  [
    'sends to itself for ever',
    'http-bad-redirect',
    (request, response) => response.writeHead(302, { location: `${request.url}?again` }).end(),
  ],
  ['sends other bytes', 'hash-mismatch', (_, response) => response.end(randomBytes(bytes.length))],
  ['sends too few bytes', 'hash-mismatch', (_, response) => response.end(bytes.subarray(1))],
  [
    'sends more than there is',
    'hash-mismatch',
    (_, response) => {
      // As long as somebody listens.
      const more = () => void (response.destroyed || (response.write(bytes), setImmediate(more)));
      more();
    },
  ],
  [
    'always hangs up at the same place',
    'connection-failed',
    (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000), () => response.destroy());
    },
  ],
  [
    'falls silent in the middle',
    'connection-timed-out',
    (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000));
    },
  ],
  ['says nothing', 'connection-timed-out', () => {}],
];

for (const [title, code, handler] of FAULTS) {
  test(`a server that ${title} is named, and beside a good one it does no harm`, async (t) => {
    const { url: bad } = await serve(t, handler);
    const { url: good } = await serve(t, answer);
    const store = await temporaryStore(t);
    const client = quickClient(t, code === 'connection-timed-out' ? IMPATIENT : {});
    const options = { client, store };
    const from =
      (...bases: string[]) =>
      ({ path }: { readonly path: string }) =>
        bases.map((base) => `${base}/${path}`);
    await assert.rejects(fetchPackages([file], { ...options, addresses: from(bad) }), { code });
    assert.ok(!store.hasBlob(file.sha256));
    assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
    await fetchPackages([file], { ...options, addresses: from(bad, good) });
    assert.ok(store.hasBlob(file.sha256));
  });
}

test('a server that hangs up again and again, each time a little later, is asked for the rest only', async (t) => {
  const sent: number[] = [];
  const { url } = await serve(t, (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    sent.push(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    const end = start + 50_000;
    response.write(bytes.subarray(start, end), () =>
      end < bytes.length ? response.destroy() : response.end(),
    );
  });
  const store = await temporaryStore(t);
  const addresses = () => [`${url}/p.deb`];
  await fetchPackages([file], { client: quickClient(t), store, addresses });
  assert.ok(store.hasBlob(file.sha256));
  assert.ok(
    sent.length >= 8 && sent.every((start, index) => index === 0 || start > sent[index - 1]!),
    String(sent),
  );
});

test('a mirror that doesn’t answer is asked last from then on', async (t) => {
  const { url: bad, asked } = await serve(t, () => {});
  const { url: good } = await serve(t, (request, response) => response.end(request.url!.slice(1)));
  const store = await temporaryStore(t);
  const named = ['a', 'b', 'c'].map((path) => {
    const sha256 = createHash('sha256').update(path).digest('hex');
    return { ...file, path, size: 1, sha256 };
  });
  const addresses = ({ path }: { readonly path: string }) => [`${bad}/${path}`, `${good}/${path}`];
  const client = quickClient(t, IMPATIENT);
  for (const one of named) await fetchPackages([one], { client, store, addresses });
  assert.deepEqual([...new Set(asked)], ['/a']);
});
