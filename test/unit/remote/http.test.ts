import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Failure } from '../../../src/report/failure.ts';
import { quickClient, serve } from '../packages/local-server.ts';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await failureOf(promise)).code;
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

test('a body comes whole', async (t) => {
  const { url } = await serve(t, (_, response) => response.end('hello'));
  assert.equal(String(await quickClient(t).bytes(`${url}/x`, 100)), 'hello');
});

test('redirects are followed, to other addresses too', async (t) => {
  const target = await serve(t, (request, response) => response.end(`at ${request.url}`));
  const { url } = await serve(t, (request, response) => {
    const location = request.url === '/a' ? '/b' : `${target.url}/c`;
    response.writeHead(302, { location }).end();
  });
  assert.equal(String(await quickClient(t).bytes(`${url}/a`, 100)), 'at /c');
});

test('a circle of redirects ends', async (t) => {
  const { url, asked } = await serve(t, (_, response) =>
    response.writeHead(301, { location: '/again' }).end(),
  );
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/x`, 100)), 'http-bad-redirect');
  assert.equal(asked.length, 6);
});

test("a server's own error is asked again, until it passes", async (t) => {
  let times = 0;
  const { url } = await serve(t, (_, response) => {
    if (++times < 3) response.writeHead(503).end();
    else response.end('at last');
  });
  assert.equal(String(await quickClient(t).bytes(`${url}/x`, 100)), 'at last');
});

test("a server's own error that stays is reported with its status", async (t) => {
  const { url, asked } = await serve(t, (_, response) => response.writeHead(502).end());
  const failure = await failureOf(quickClient(t).bytes(`${url}/x`, 100));
  assert.equal(failure.code, 'http-server-error');
  assert.match(failure.message, /\/x: the server answered 502 Bad Gateway$/);
  assert.equal(asked.length, 4);
});

test('404 and 403 are not asked again', async (t) => {
  const { url, asked } = await serve(t, (request, response) =>
    response.writeHead(Number(request.url!.slice(1))).end(),
  );
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/404`, 100)), 'http-not-found');
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/403`, 100)), 'http-denied');
  assert.equal(asked.length, 2);
});

test('a download that breaks goes on from where it was', async (t) => {
  const whole = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const ranges: string[] = [];
  const { url } = await serve(t, (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    ranges.push(request.headers.range ?? 'all');
    const rest = whole.subarray(start);
    const head = {
      'content-length': rest.length,
      'content-range': `bytes ${start}-${whole.length - 1}/${whole.length}`,
    };
    response.writeHead(start > 0 ? 206 : 200, head);
    if (ranges.length > 2) response.end(rest);
    else response.write(rest.subarray(0, 100_000), () => response.destroy());
  });
  assert.deepEqual(await quickClient(t).bytes(`${url}/x`, 1e6), whole);
  assert.equal(ranges[0], 'all');
  assert.ok(
    ranges.length === 3 && ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range)),
    String(ranges),
  );
});

test('where a server can only start over, what is known already is left out', async (t) => {
  const whole = Buffer.from('0123456789'.repeat(20_000));
  let times = 0;
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': whole.length });
    if (++times > 1) response.end(whole);
    else response.write(whole.subarray(0, 70_001), () => response.destroy());
  });
  assert.deepEqual(await quickClient(t).bytes(`${url}/x`, 1e6), whole);
});

test('a server that always hangs up is given up', async (t) => {
  const { url, asked } = await serve(t, (request) => request.socket.destroy());
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/x`, 100)), 'connection-failed');
  assert.equal(asked.length, 4);
});

test('a server that says nothing is given up after the timeout', async (t) => {
  const { url } = await serve(t, () => {});
  const failure = await failureOf(quickClient(t, { timeout: 20 }).bytes(`${url}/x`, 100));
  assert.equal(failure.code, 'connection-timed-out');
  assert.match(failure.message, /no answer within 0\.02 seconds/);
});

test('a server that falls silent in the middle of a body is given up too', async (t) => {
  const { url } = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-length': 10 }).write('a'),
  );
  assert.equal(await codeOf(quickClient(t, { timeout: 20 }).bytes(`${url}/x`, 100)), 'connection-timed-out');
});

test('nobody listening, and no such host, are told apart', async (t) => {
  const client = quickClient(t);
  assert.equal(await codeOf(client.bytes('http://127.0.0.1:1/x', 100)), 'connection-refused');
  const failure = await failureOf(client.bytes('http://no-such-host.invalid/x', 100));
  assert.equal(failure.code, 'host-not-found');
  assert.equal(failure.exit, 3);
  assert.match(failure.message, /there is no address for no-such-host\.invalid/);
});

test('more bytes than are allowed are not waited for', async (t) => {
  const { url } = await serve(t, (_, response) => response.end(Buffer.alloc(1000)));
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/x`, 999)), 'http-too-large');
});

test('only http, https and files of this machine are addresses', async (t) => {
  assert.equal(await codeOf(quickClient(t).bytes('ftp://127.0.0.1/x', 100)), 'http-bad-url');
  const here = new URL(import.meta.url);
  assert.match(String(await quickClient(t).bytes(here.href, 1_000_000)), /files of this machine/);
  assert.equal(await codeOf(quickClient(t).bytes(`${here.href}x`, 100)), 'http-not-found');
  assert.equal(await codeOf(quickClient(t).bytes(new URL('.', here).href, 100)), 'http-refused');
});

test('no server can make us read a file of this machine', async (t) => {
  const { url } = await serve(t, (_, response) =>
    response.writeHead(302, { location: 'file:///etc/hostname' }).end(),
  );
  assert.equal(await codeOf(quickClient(t).bytes(`${url}/x`, 100)), 'http-bad-url');
});

test('an abort ends what is under way and what is waited for', async (t) => {
  const stop = new AbortController();
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('a');
    setImmediate(() => stop.abort());
  });
  const client = quickClient(t, { signal: stop.signal });
  assert.equal(await codeOf(client.bytes(`${url}/x`, 100)), 'canceled');
  assert.equal(await codeOf(client.bytes(`${url}/y`, 100)), 'canceled');
});

test('a client that is closed ends what is under way, and asks nothing again', async (t) => {
  const client = quickClient(t);
  const { url, asked } = await serve(t, () => setImmediate(() => client.close()));
  assert.equal(await codeOf(client.bytes(`${url}/x`, 100)), 'canceled');
  assert.equal(await codeOf(client.bytes(`${url}/y`, 100)), 'canceled');
  assert.deepEqual(asked, ['/x']);
});

test('http goes through the proxy of the environment, with its login, but for the hosts of no_proxy', async (t) => {
  const seen: (string | undefined)[] = [];
  const proxy = await serve(t, (request, response) => {
    seen.push(request.url, request.headers.host, request.headers['proxy-authorization']);
    response.end('from the proxy');
  });
  const direct = await serve(t, (_, response) => response.end('direct'));
  const env = { http_proxy: proxy.url.replace('//', '//me:pass%20word@'), no_proxy: 'localhost, 127.0.0.1' };
  const client = quickClient(t, { env });
  assert.equal(String(await client.bytes('http://packages.invalid/a?b=c', 100)), 'from the proxy');
  const login = `Basic ${Buffer.from('me:pass word').toString('base64')}`;
  assert.deepEqual(seen, ['http://packages.invalid/a?b=c', 'packages.invalid', login]);
  assert.equal(String(await client.bytes(`${direct.url}/x`, 100)), 'direct');
});

test('https asks the proxy for a tunnel', async (t) => {
  let asked = '';
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      asked = String(data).split('\r\n')[0]!;
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => proxy.close());
  const env = { https_proxy: `127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  const failure = await failureOf(quickClient(t, { env }).bytes('https://packages.invalid/x', 100));
  assert.equal(asked, 'CONNECT packages.invalid:443 HTTP/1.1');
  assert.match(failure.message, /through the proxy 127\.0\.0\.1:\d+: the proxy answered 403/);
});
