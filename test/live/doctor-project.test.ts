/** Projects and networks that are broken in many ways, and what the doctor says of each. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { examineHere } from '../../src/operations/doctor.ts';
import { lockProject } from '../../src/operations/lock.ts';
import type { Context } from '../../src/report/context.ts';
import { deb } from '../archives.ts';
import { golden } from '../golden.ts';
import { removeWithStore } from '../late-note.ts';
import { serve } from '../unit/packages/local-server.ts';
import { makeKey, TestArchive } from '../unit/packages/signed-repository.ts';

const skip = process.platform === 'linux' ? false : 'needs Linux';
const key = await makeKey();
const day = 24 * 3_600_000;

interface Server {
  readonly url: string;
  /** Milliseconds by which its clock is before ours. */
  ahead: number;
  archive: TestArchive;
}

async function serveArchive(t: TestContext): Promise<Server> {
  const state = { url: '', ahead: 0, archive: await archiveOf(new Date(Date.now() - day)) };
  const { url } = await serve(t, (request, response) => {
    const bytes = state.archive.files.get(decodeURIComponent(request.url!.slice(1)));
    const date = new Date(Date.now() + state.ahead).toUTCString();
    if (bytes === undefined) response.writeHead(404, { date }).end();
    else response.writeHead(200, { date, 'content-length': bytes.length }).end(bytes);
  });
  state.url = url;
  return state;
}

async function archiveOf(date: Date, fields: Record<string, string> = {}): Promise<TestArchive> {
  const archive = new TestArchive();
  const content = deb({ Package: 'compiler', Version: '1', Architecture: 'amd64' }, []);
  await archive.addSuite('stable', [{ name: 'compiler', content }], { keys: [key], date, fields });
  return archive;
}

function contextOf(t: TestContext, files: Readonly<Record<string, string>>): Context {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-doctor-'));
  t.after(() => removeWithStore(folder));
  for (const [path, text] of Object.entries({ ...files, 'key.asc': key.armored })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { signal } = new AbortController();
  const env = { PATH: process.env['PATH'], HOME: folder };
  return { cwd: folder, env, store: join(folder, 'store'), emit: () => {}, signal };
}

const project = (url: string, rest = 'packages: [compiler]') => `name: x
environments:
  one:
    ${rest}
    repositories: [{ url: "${url}", suite: stable, key: key.asc }]
targets: { linux-x64-gnu: { environment: one, arch: x64 } }
steps: [{ name: s, run: make }]
artifacts: [{ path: x, kind: file }]
`;

async function told(context: Context, groups: readonly string[]): Promise<string> {
  const { findings } = await examineHere(context, { targets: [], emulated: false, fix: false });
  return findings
    .filter(({ check, status }) => groups.includes(check.group) && status !== 'ok')
    .map(
      ({ check, status, found, cure, at, fix }) =>
        `${check.id} ${status}: ${at === undefined ? '' : `line ${at.line}: `}${found}\n` +
        (cure === undefined ? '' : `  cure: ${cure}\n`) +
        (fix === undefined ? '' : `  fix: ${fix}\n`),
    )
    .join('');
}

test('of a project with its own repository, all right, nothing is said to be wrong', { skip }, async (t) => {
  const { url } = await serveArchive(t);
  const context = contextOf(t, { 'targetry.yaml': project(url) });
  await lockProject(context, { environments: [], update: false });
  assert.equal(await told(context, ['network', 'project']), '');
});

test('a project that is not locked is told so, and locked with --fix', { skip }, async (t) => {
  const { url } = await serveArchive(t);
  const context = contextOf(t, { 'targetry.yaml': project(url) });
  assert.match(await told(context, ['project']), /^lock warn: there is no targetry\.lock/);
  const { findings, fixed } = await examineHere(context, { targets: [], emulated: false, fix: true });
  assert.deepEqual(fixed, [{ fix: 'lock' }]);
  assert.equal(findings.find(({ check }) => check.id === 'lock')!.status, 'ok');
  const alone = await examineHere(context, { targets: ['linux-*'], emulated: false, fix: true });
  assert.deepEqual(alone.fixed, []);
});

test('a clock that is slow is what is wrong, not the servers that it doubts', { skip }, async (t) => {
  const server = await serveArchive(t);
  server.ahead = 3 * day;
  const context = contextOf(t, { 'targetry.yaml': project(server.url) });
  const words = await told(context, ['network']);
  assert.match(
    words,
    /^clock fail: it is 3 days slow: .* here, and .* at 127\.0\.0\.1\n {2}cure: run `sudo timedatectl/,
  );
  assert.doesNotMatch(words.replace(/^clock.*\n.*\n/, ''), /fail/);
});

test('a mirror that has gone back is told from one that has stopped', { skip }, async (t) => {
  const server = await serveArchive(t);
  const context = contextOf(t, { 'targetry.yaml': project(server.url) });
  await lockProject(context, { environments: [], update: false });
  server.archive = await archiveOf(new Date(Date.now() - 9 * day));
  assert.match(
    await told(context, ['network']),
    /^mirrors warn: .*the server has .* stable of .* it is behind/,
  );
  const until = new Date(Date.now() - day).toUTCString();
  // A warning where this machine's apt is told not to mind.
  server.archive = await archiveOf(new Date(Date.now() - 9 * day), { 'Valid-Until': until });
  assert.match(
    await told(context, ['network']),
    /^mirrors (fail|warn): .*the index of stable was valid until/,
  );
});

test('where a name has no address, what needs it is not judged', { skip }, async (t) => {
  const context = contextOf(t, { 'targetry.yaml': project('http://mirror.invalid/debian') });
  const words = await told(context, ['network', 'project']);
  assert.match(words, /^dns fail: there is no address for mirror\.invalid \(E\w+\); \/etc\/resolv\.conf/);
  assert.match(words, /mirrors skipped: it can't be judged before this is cured: names/);
  assert.match(words, /packages skipped/);
});

test('of a project that is broken in many ways all is told at once', { skip }, async (t) => {
  const { url } = await serveArchive(t);
  const yaml = project(url, 'packages: [compiller]')
    .replace(
      'targets: {',
      'targets:\n  { two: { environment: two, arch: x64, promise: ["glibc:2.31"] }, three: { environment: three, arch: x64, promise: ["musl:1.2.3"] },',
    )
    .replace('environments:\n', 'environments:\n  two: { debian: bookworm }\n  three: { alpine: 3.20 }\n')
    .replace(
      'steps: [',
      'steps:\n  - { name: fetch, network: true, run: "curl -sSf https://sh.rustup.rs | sh -s -- -y; pip install meson" }\n' +
        '  - { name: deps, network: true, run: "npm install", caches: [{ name: own, path: .cache, share: project }] }\n  - ',
    )
    .replace('make }]', 'make }')
    .replace('kind: file', 'as: "x-{target}", kind: executable');
  golden('doctor/project.txt', await told(contextOf(t, { 'targetry.yaml': yaml }), ['project']));
});

test('mistakes of the configuration are told with their lines', { skip }, async (t) => {
  const yaml = project('file:here').replace('arch: x64', 'arch: x46').replace('steps:', 'stepps:');
  const words = await told(contextOf(t, { 'targetry.yaml': yaml }), ['project']);
  assert.match(words, /^config fail: line \d+: unknown key `stepps`/m);
  assert.match(words, /^config fail: line \d+: .*x46/m);
  assert.match(words, /^lock skipped/m);
});
