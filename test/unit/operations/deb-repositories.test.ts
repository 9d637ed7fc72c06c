import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ifAny } from '../../../src/base/if-any.ts';
import { findProject, readProject } from '../../../src/config/read.ts';
import { lockProject } from '../../../src/operations/lock.ts';
import { rootInput } from '../../../src/operations/preparing/open-root.ts';
import type { ServerOptions } from '../../../src/operations/locking/package-sources.ts';
import { SourcesOnDemand } from '../../../src/operations/locking/sources-on-demand.ts';
import { readAptConfiguration } from '../../../src/packages/deb/apt-config.ts';
import type { Context } from '../../../src/report/context.ts';
import type { Diagnostic } from '../../../src/report/diagnostic.ts';
import { Failure } from '../../../src/report/failure.ts';
import { Store } from '../../../src/store/store.ts';
import { deb } from '../../archives.ts';
import { removeWithStore } from '../../late-note.ts';
import { serve } from '../packages/local-server.ts';
import { makeKey, TestArchive } from '../packages/signed-repository.ts';

/** From `repositories:` of a project to a root, with nothing but folders of this machine. */
const key = await makeKey();

interface SceneOptions {
  readonly fields?: Record<string, string>;
  readonly env?: Readonly<Record<string, string>>;
}

async function scene(t: TestContext, { fields = {}, env = {} }: SceneOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-debs-'));
  t.after(() => removeWithStore(folder));
  const archive = new TestArchive();
  const bytes = deb({ Package: 'tool', Version: '1', Architecture: 'amd64' }, [
    { path: './opt/tool', bytes: 'hello' },
  ]);
  const packages = [{ name: 'tool', content: bytes }];
  await archive.addSuite('stable', packages, { keys: [key], date: new Date(Date.now() - 1e7), fields });
  for (const [path, content] of archive.files) put(join(folder, 'vendor/acme', path), content);
  put(join(folder, 'acme.asc'), key.armored);
  const write = (repository: string) =>
    put(
      join(folder, 'targetry.yaml'),
      `name: x\nenvironments:\n  own:\n    packages: [tool]\n    repositories:\n      - ${repository}\n`,
    );
  write('{ url: "file:vendor/acme", suite: stable, key: acme.asc }');
  const noticed: Diagnostic[] = [];
  const context: Context = {
    cwd: folder,
    env,
    store: join(folder, 'store'),
    emit: (event) => {
      if (event.type === 'noticed') noticed.push(event.diagnostic);
    },
    signal: new AbortController().signal,
  };
  const lock = (options: ServerOptions = {}) =>
    lockProject(context, { environments: [], arches: 'x64', update: true, ...options });
  return { folder, archive, context, noticed, write, lock };
}

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function openRoot(context: Context, locked: Parameters<typeof rootInput>[1]['locked']) {
  const { project } = readProject(findProject(context.cwd), context.cwd);
  const sources = new SourcesOnDemand(context, await Store.open(context.store), project);
  try {
    const input = rootInput(context, { locked, sources });
    assert.ok(input.kind === 'root');
    return await input.open();
  } finally {
    await sources.close();
  }
}

test('a repository beside the project is locked by its name, and its packages make a root', async (t) => {
  const { folder, context, lock } = await scene(t);
  const { lock: written } = await lock();
  const [locked] = written.environments;
  assert.deepEqual(
    locked!.packages.map((one) => `${one.name} ${one.arch} ${one.repository}`),
    ['tool amd64 acme stable main'],
  );
  assert.deepEqual(
    locked!.repositories.map((one) => [one.name, one.key]),
    [['acme stable', key.fingerprint]],
  );
  const text = readFileSync(join(folder, 'targetry.lock'), 'utf8');
  assert.ok(!text.includes(folder) && !text.includes('file:') && !text.includes('vendor/'), text);
  const root = await openRoot(context, locked!);
  assert.equal(readFileSync(join(root, 'opt/tool'), 'utf8'), 'hello');
});

test('without its repository in the file, a locked package has no place to come from', async (t) => {
  const { context, lock, write } = await scene(t);
  const { lock: written } = await lock();
  write('{ url: "file:vendor/acme", suite: stable, key: acme.asc, name: other }');
  const error: unknown = await openRoot(context, written.environments[0]!).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.code, 'repository-gone');
});

test('an expired repository is let through by its name, with a warning and a note', async (t) => {
  const fields = { 'Valid-Until': new Date(Date.now() - 1e6).toUTCString() };
  const { lock, noticed, folder } = await scene(t, { fields });
  // Some machines are set to let everything through.
  if ((await readAptConfiguration('/etc/apt')).checkValidUntil) {
    const refused: unknown = await lock({ allowExpired: ['acme oldstable'] }).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(refused instanceof Failure, String(refused));
    assert.equal(refused.code, 'release-expired');
    assert.match(refused.hint!, /--allow-expired stable/);
  }
  for (const name of ['acme', 'stable', 'acme stable']) {
    noticed.length = 0;
    const { lock: written } = await lock({ allowExpired: [name] });
    assert.equal(written.environments[0]!.repositories[0]!.expiredAllowed, true);
    assert.deepEqual(
      noticed.map(({ code, hint }) => [code, hint]),
      [['release-expired-allowed', '`--allow-expired` says so; the lock notes it']],
    );
  }
  assert.match(readFileSync(join(folder, 'targetry.lock'), 'utf8'), /"expiredAllowed": true/);
});

/** Serves the archive to those who log in, in one of these ways. */
async function servePrivate(t: TestContext, archive: TestArchive, authorization: string): Promise<string> {
  const { url } = await serve(t, (request, response) => {
    const bytes = archive.files.get(decodeURIComponent(request.url!.slice('/debs/'.length)));
    if (request.headers.authorization !== authorization) response.writeHead(401).end();
    else if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  return url;
}

test('a private repository is read with the login of a variable, which is written nowhere', async (t) => {
  const secret = 'correct-horse-battery';
  const env = { TARGETRY_REPOSITORY_ACME_USER: 'me', TARGETRY_REPOSITORY_ACME_PASSWORD: secret };
  const { archive, context, folder, noticed, write, lock } = await scene(t, { env });
  const basic = Buffer.from(`me:${secret}`).toString('base64');
  const url = await servePrivate(t, archive, `Basic ${basic}`);
  write(`{ url: "${url}/debs", name: acme, suite: stable, key: acme.asc }`);
  const { lock: written } = await lock();
  await openRoot(context, written.environments[0]!);
  const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    // A note for the disk has another name when it has caught up.
    .map(({ parentPath, name }) => ifAny(() => readFileSync(join(parentPath, name), 'latin1'), ''));
  for (const text of [...texts, JSON.stringify(noticed)])
    assert.ok(!text.includes(secret) && !text.includes(basic), text.slice(0, 500));
});

test('a private repository without a login is answered at its place with the ways to give one', async (t) => {
  const { archive, write, lock } = await scene(t);
  const url = await servePrivate(t, archive, 'Bearer t');
  write(`{ url: "${url}/debs", name: acme-2, suite: stable, key: acme.asc }`);
  const refused: unknown = await lock().catch((thrown: unknown) => thrown);
  assert.ok(refused instanceof Failure, String(refused));
  assert.equal(refused.code, 'http-denied');
  assert.match(refused.hint!, /~\/\.netrc, or set TARGETRY_REPOSITORY_ACME_2_USER/);
  assert.equal(refused.at?.line, 6);
});
