import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readNpmConfiguration } from '../../../src/packages/npm/npmrc.ts';
import { parsePipConfiguration, readPipIndexes } from '../../../src/packages/pypi/pip-configuration.ts';
import { parseSimpleIndex } from '../../../src/packages/pypi/simple-index.ts';
import { quickClient, serve } from './local-server.ts';

function homeWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-home-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("npm's registry is that of the variable, else of the project, else of the user; scopes have their own", async (t) => {
  const home = homeWith(t, {
    '.npmrc': '; mine\nregistry = https://user.example/npm/\n@acme:registry=https://acme.example/\n',
    'project/.npmrc': 'registry=https://project.example/npm\n',
  });
  const registry = async (env: Record<string, string>, folder: string, name: string): Promise<string> =>
    (await readNpmConfiguration({ HOME: home, ...env }, join(home, folder))).registryOf(name);
  assert.equal(await registry({}, 'other', 'pnpm'), 'https://user.example/npm');
  assert.equal(await registry({}, 'project', 'pnpm'), 'https://project.example/npm');
  assert.equal(await registry({}, 'project', '@acme/tool'), 'https://acme.example');
  const variable = { npm_config_registry: 'https://variable.example' };
  assert.equal(await registry(variable, 'project', 'pnpm'), 'https://variable.example');
});

test("a registry's token is sent to that registry alone, also where another one is redirected to", async (t) => {
  const seen: string[] = [];
  const other = await serve(t, ({ headers }, response) => {
    seen.push(`other ${headers.authorization}`);
    response.end('x');
  });
  const own = await serve(t, ({ headers, url }, response) => {
    seen.push(`own ${url} ${headers.authorization}`);
    if (url === '/npm/moved') response.writeHead(302, { location: `${other.url}/npm/moved` });
    response.end('x');
  });
  const host = new URL(own.url).host;
  const home = homeWith(t, {
    '.npmrc': `registry=${own.url}/npm\n//${host}/npm:_authToken=\${TOKEN}\n//${host}/basic/:_auth=dTpw\n`,
  });
  const { authorizations } = await readNpmConfiguration({ HOME: home, TOKEN: 'secret' }, home);
  const client = quickClient(t);
  for (const [prefix, value] of authorizations) client.authorize(prefix, value);
  for (const path of ['/npm/a', '/npm/moved', '/npmevil', '/basic/b']) await client.bytes(own.url + path, 10);
  assert.deepEqual(seen, [
    'own /npm/a Bearer secret',
    'own /npm/moved Bearer secret',
    'other undefined',
    'own /npmevil undefined',
    'own /basic/b Basic dTpw',
  ]);
});

test("pip's index is that of the variable, else of its files, with the further ones after it", async (t) => {
  const home = homeWith(t, {
    '.config/pip/pip.conf':
      '[global]\nindex_url = https://a.example/simple/\nextra-index-url =\n  https://b.example/simple\n  https://c.example/simple\n',
  });
  assert.deepEqual(await readPipIndexes({ HOME: home }), [
    'https://a.example/simple',
    'https://b.example/simple',
    'https://c.example/simple',
  ]);
  const variables = { PIP_INDEX_URL: 'https://v.example/simple', PIP_EXTRA_INDEX_URL: '' };
  assert.deepEqual(await readPipIndexes({ HOME: home, ...variables }), ['https://v.example/simple']);
  const sections =
    '[install]\nindex-url: https://install.example\n[global]\n# x\nindex-url = https://global.example';
  assert.equal(parsePipConfiguration(sections).get('index-url'), 'https://install.example');
});

test('an index may answer in HTML or in JSON, with addresses relative to its own', () => {
  const hash = 'a'.repeat(64);
  const address = new URL('https://me:pw@index.example/simple/x/');
  const html = `<html><body><a href="../../files/x-1.whl#sha256=${hash}" data-requires-python="&gt;=3.8">x-1.whl</a>
    <A HREF='https://other.example/x-2.whl'>x-2.whl</A></body></html>`;
  const json = JSON.stringify({
    files: [
      { filename: 'x-1.whl', url: '../../files/x-1.whl', hashes: { sha256: hash }, size: 3 },
      { filename: 'x-2.whl', url: 'https://other.example/x-2.whl', hashes: {} },
    ],
  });
  for (const text of [html, json]) {
    assert.deepEqual(parseSimpleIndex(text, address), [
      { name: 'x-1.whl', url: 'https://me:pw@index.example/files/x-1.whl', sha256: hash },
      { name: 'x-2.whl', url: 'https://other.example/x-2.whl', sha256: undefined },
    ]);
  }
});
