/** A package that an environment has none of: does the answer say where there is one? */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lockProject } from '../../../src/operations/lock.ts';
import { whyNotLocked } from '../../../src/operations/explain-lock.ts';
import type { Context } from '../../../src/report/context.ts';
import { apkRepository } from '../../apk-repository.ts';
import { signingKey } from '../../archives.ts';
import { removeWithStore } from '../../late-note.ts';
import { makeKey, TestArchive } from '../packages/signed-repository.ts';
import { failureOfWork } from './lock-scene.ts';

const key = await makeKey();
const yesterday = { keys: [key], date: new Date(Date.now() - 1e8) };
const apkKey = signingKey('own-1234.rsa.pub');

async function scene(t: TestContext, environments: Readonly<Record<string, string>>): Promise<Context> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-elsewhere-'));
  t.after(() => removeWithStore(folder));
  const files = new Map<string, Buffer | string>([
    ['acme.asc', key.armored],
    ['own.pub', apkKey.publicPem],
  ]);
  for (const [name, packages] of Object.entries({ one: ['tool', 'sdk2'], two: ['sdk', 'sdk3', 'lonely'] })) {
    const archive = new TestArchive();
    await archive.addSuite('stable', packages.map(named), yesterday);
    for (const [path, bytes] of archive.files) files.set(`deb/${name}/${path}`, bytes);
    const apks = packages.map((pkgname) => ({ pkgname, pkgver: '1-r0' }));
    for (const [path, bytes] of await apkRepository(apks, apkKey)) files.set(`apk/${name}/${path}`, bytes);
  }
  const lines = Object.entries(environments).map(([name, text]) => `  ${name}: ${text}`);
  files.set('targetry.yaml', ['name: x', 'environments:', ...lines, ''].join('\n'));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const { signal } = new AbortController();
  return { cwd: folder, env: {}, store: join(folder, 'store'), emit: () => {}, signal };
}

function named(name: string): { name: string } {
  return { name };
}

function deb(name: string, packages: string): string {
  return `{ repositories: [{ url: "file:deb/${name}", suite: stable, key: acme.asc }], packages: [${packages}] }`;
}

function apk(name: string, packages: string): string {
  return `{ repositories: [{ url: "file:apk/${name}", key: own.pub }], packages: [${packages}] }`;
}

function lockFirst(context: Context) {
  return failureOfWork(
    lockProject(context, { environments: ['first'], arches: 'x64', update: false, offline: false }),
  );
}

test('a package of debs is found in the repository of another environment', async (t) => {
  const context = await scene(t, { first: deb('one', 'tool, lonely'), second: deb('two', 'sdk') });
  const failure = await lockFirst(context);
  assert.equal(failure.code, 'package-unknown');
  assert.equal(failure.message, 'environment `first` has no package lonely, among 2 that were read');
  assert.equal(failure.hint, 'it is in two stable main');
  assert.equal(failure.at?.line, 3);
});

test('of several that are not there each is told with its place', async (t) => {
  const context = await scene(t, { first: apk('one', 'lonely, nothing, tool'), second: apk('two', 'sdk') });
  const { diagnostics } = await lockFirst(context);
  assert.deepEqual(
    diagnostics.map(({ message, hint }) => [/no package (\S+),/.exec(message)?.[1], hint]),
    [
      ['lonely', 'it is in two'],
      ['nothing', undefined],
    ],
  );
});

test('where only the digits are others, it is looked for and the near names are told too', async (t) => {
  const context = await scene(t, { first: deb('two', 'sdk2'), second: deb('one', 'tool') });
  assert.equal((await lockFirst(context)).hint, 'it is in one stable main; did you mean `sdk` or `sdk3`?');
});

test('what can’t be read elsewhere is passed over, and a slip of the pen asks for nothing', async (t) => {
  const gone = deb('one', 'tool').replace('file:deb/one', 'file:deb/gone');
  const context = await scene(t, { first: deb('one', 'lonely'), second: gone, third: deb('two', 'sdk') });
  assert.equal((await lockFirst(context)).hint, 'it is in two stable main');
  const slip = await scene(t, { first: apk('one', 'tol'), second: apk('two', 'sdk') });
  assert.equal((await lockFirst(slip)).hint, 'did you mean `tool`?');
});

test('what rules a package out is told with its place too', async (t) => {
  const context = await scene(t, { first: apk('one', 'tool'), second: apk('two', 'sdk') });
  const command = { environments: ['first'], arches: 'x64', update: false };
  const [answer] = await whyNotLocked(context, command, 'lonely=1-r0');
  assert.deepEqual(
    answer!.reasons.map(({ hint }) => hint),
    ['it is in two'],
  );
});
