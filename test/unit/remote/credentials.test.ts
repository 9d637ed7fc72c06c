import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Credentials } from '../../../src/remote/credentials.ts';
import { HttpClient } from '../../../src/remote/http.ts';
import { parseNetrc } from '../../../src/remote/netrc.ts';
import { Failure } from '../../../src/report/failure.ts';
import { serve } from '../packages/local-server.ts';

interface Files {
  readonly netrc?: string;
  readonly auth?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PLACES = [{ name: 'acme-2', url: 'https://one.example/debs' }];

function credentials(t: TestContext, { netrc, auth, env = {} }: Files): Credentials {
  const home = mkdtempSync(join(tmpdir(), 'targetry-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  if (netrc !== undefined) writeFileSync(join(home, '.netrc'), netrc);
  mkdirSync(join(home, 'apt/auth.conf.d'), { recursive: true });
  if (auth !== undefined) writeFileSync(join(home, 'apt/auth.conf.d/one.conf'), auth);
  return new Credentials({ HOME: home, ...env }, PLACES, join(home, 'apt'));
}

/** `user:password`, or the bearer token. */
function shown(found: ReturnType<Credentials['for']>): string | undefined {
  if (found === undefined) return undefined;
  const [scheme, value] = found.authorization.split(' ');
  return scheme === 'Basic' ? Buffer.from(value!, 'base64').toString() : `${scheme} ${value}`;
}

test('netrc is read with quotes, comments, macros and entries over several lines', () => {
  const text = [
    '# machine no login no password no',
    'machine one.example',
    '  login me password "a \\"b\\" c"',
    'macdef init',
    'machine evil.example login x password y',
    '',
    'machine two.example login you account z password p#1 default login any password all',
  ];
  assert.deepEqual(parseNetrc(text.join('\n')), [
    { machine: 'one.example', login: 'me', password: 'a "b" c' },
    { machine: 'two.example', login: 'you', password: 'p#1' },
    { machine: undefined, login: 'any', password: 'all' },
  ]);
});

test('a login of ~/.netrc is for its host alone, and NETRC names another file', (t) => {
  const netrc = 'machine one.example login me password secret\n';
  const own = credentials(t, { netrc });
  assert.equal(shown(own.for(new URL('https://one.example/debs/x'))), 'me:secret');
  assert.equal(own.for(new URL('https://one.example.evil.example/')), undefined);
  assert.equal(own.for(new URL('https://sub.one.example/')), undefined);
  const elsewhere = credentials(t, { netrc, env: { NETRC: '/nowhere' } });
  assert.equal(elsewhere.for(new URL('https://one.example/')), undefined);
});

test("apt's logins are for a protocol, a port and the beginning of a path", (t) => {
  const auth = [
    'machine one.example login a password 1',
    'machine http://two.example:8080/debs login b password 2',
    'machine three.example/private login c password 3',
  ];
  const found = credentials(t, { auth: auth.join('\n') });
  const look = (url: string) => shown(found.for(new URL(url)));
  assert.equal(look('https://one.example/x'), 'a:1');
  assert.equal(look('http://one.example/x'), undefined);
  assert.equal(look('http://two.example:8080/debs/x'), 'b:2');
  assert.equal(look('http://two.example/debs/x'), undefined);
  assert.equal(look('https://three.example/private/x'), 'c:3');
  assert.equal(look('https://three.example/public'), undefined);
});

test('variables of a repository come first, and are for what lies below its address', (t) => {
  const netrc = 'machine one.example login me password secret\n';
  const variables = { TARGETRY_REPOSITORY_ACME_2_USER: 'u', TARGETRY_REPOSITORY_ACME_2_PASSWORD: 'p' };
  const found = credentials(t, { netrc, env: variables });
  assert.equal(shown(found.for(new URL('https://one.example/debs/x'))), 'u:p');
  assert.equal(shown(found.for(new URL('https://one.example/debsx'))), 'me:secret');
  assert.equal(found.for(new URL('http://one.example.evil/debs/x')), undefined);
  const token = credentials(t, { env: { ...variables, TARGETRY_REPOSITORY_ACME_2_TOKEN: 't' } });
  assert.equal(shown(token.for(new URL('https://one.example/debs/x'))), 'Bearer t');
});

async function asked(t: TestContext, netrc: string, path: string) {
  const { url } = await serve(t, (request, response) => {
    const port = new URL(url).port;
    const { authorization = 'nothing' } = request.headers;
    if (request.url === '/elsewhere')
      response.writeHead(302, { location: `http://localhost:${port}/echo` }).end();
    else if (request.url === '/echo') response.end(authorization);
    else response.writeHead(401).end();
  });
  const options = { env: {}, signal: new AbortController().signal, attempts: 1 };
  const client = new HttpClient({ ...options, credentials: credentials(t, { netrc }) });
  t.after(() => client.close());
  return client.bytes(`${url}${path}`, 1000).then(String, (error: unknown) => error);
}

const NETRC = 'machine 127.0.0.1 login me password hunter2\n';

test('credentials go to their server, and not along where it redirects', async (t) => {
  const basic = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
  assert.equal(await asked(t, NETRC, '/echo'), basic);
  assert.equal(await asked(t, NETRC, '/elsewhere'), 'nothing');
});

test('a refusal tells whose credentials were sent, and never what they are', async (t) => {
  const without = await asked(t, '', '/denied');
  assert.ok(without instanceof Failure);
  assert.equal(without.code, 'http-denied');
  assert.match(without.hint!, /~\/\.netrc/);
  const wrong = await asked(t, NETRC, '/denied');
  assert.ok(wrong instanceof Failure);
  assert.match(wrong.why!, /asked with the credentials of .*\.netrc/);
  const all = JSON.stringify([wrong.message, wrong.why, wrong.hint, wrong.stack]);
  assert.ok(!all.includes('hunter2') && !all.includes(Buffer.from('me:hunter2').toString('base64')), all);
});
