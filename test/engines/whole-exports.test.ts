/** Whole states as other programs read them, and files that needn't come twice. */
import assert from 'node:assert/strict';
import {
  createReadStream,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { BuildKitClient, Failure, type WholeForm } from '../../src/engines/buildkit/index.ts';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import type { RootEntry } from '../../src/engines/engine.ts';
import { readTar, type TarEntry } from '../../src/formats/tar.ts';
import { graphOf } from '../../src/graph/collect.ts';
import type { State } from '../../src/graph/state.ts';
import { source } from '../../src/graph/sources.ts';
import { Store } from '../../src/store/store.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { Daemon, daemonKinds, orSkip, type DaemonKind } from './daemons.ts';

function stage(t: TestContext, kind: DaemonKind) {
  return orSkip(t, async () => {
    const daemon = await Daemon.start(kind, (stop) => t.after(stop));
    const { rootFolder } = await Scene.make(t);
    const folder = mkdtempSync(join(tmpdir(), 'targetry-whole-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const client = new BuildKitClient({ address: daemon.address, store: join(folder, 'store') });
    const root = source('local://root', { platform: { os: 'linux', architecture: 'amd64' } });
    const build = async (states: readonly State[], options: Parameters<BuildKitClient['build']>[1]) => {
      for await (const _ of client.build(states, { folders: { root: rootFolder }, ...options }));
    };
    return { folder, root, build };
  });
}

async function membersOf(file: string): Promise<Map<string, string>> {
  const members = new Map<string, string>();
  for await (const { path, type, body } of readTar(createReadStream(file))) {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    members.set(path, type === 'file' ? Buffer.concat(pieces).toString('latin1') : type);
  }
  return members;
}

const json = (text: string) => JSON.parse(text) as never;

for (const kind of daemonKinds) {
  test(
    `${kind}: a state comes out as a tar, and as images that say how they are run`,
    { skip: noScene },
    async (t) => {
      const { folder, root, build } = (await stage(t, kind)) ?? {};
      if (folder === undefined) return;
      const made = step(root!, 'echo hello >/greeting', {});
      const tar = join(folder, 'out/state.tar');
      await build!([], { outputs: [{ from: made, form: { kind: 'tar', file: tar } }] });
      assert.equal((await membersOf(tar)).get('greeting'), 'hello\n');

      const archive = join(folder, 'image.tar');
      const layout = join(folder, 'layout');
      const image = { env: { A: 'b' }, command: ['cat', '/greeting'] };
      const forms: readonly WholeForm[] = [
        { kind: 'oci-archive', file: archive, name: 'example.org/greeting:1' },
        { kind: 'docker-archive', file: join(folder, 'docker.tar'), name: 'example.org/greeting:1' },
        { kind: 'oci-layout', folder: layout, name: 'one' },
      ];
      const outputs = forms.map((form) => ({ from: made, form, image }));
      if (kind === 'docker') {
        const refused = await build!([made], { outputs }).catch((error: unknown) => error);
        if (refused === undefined) return t.skip('this Docker can');
        assert.ok(refused instanceof Failure);
        assert.match(refused.message, /can't export an image as an archive of OCI/);
        return assert.equal(refused.code, 'buildkit-cannot');
      }
      await build!([], { outputs });
      const members = await membersOf(archive);
      const { manifests } = json(members.get('index.json')!) as { manifests: { digest: string }[] };
      const blob = (digest: string) => members.get(`blobs/sha256/${digest.slice(7)}`)!;
      const manifest = json(blob(manifests[0]!.digest)) as { config: { digest: string } };
      const { config, architecture } = json(blob(manifest.config.digest)) as Record<string, unknown>;
      assert.deepEqual([config, architecture], [{ Env: ['A=b'], Cmd: ['cat', '/greeting'] }, 'amd64']);
      assert.ok((await membersOf(join(folder, 'docker.tar'))).has('manifest.json'));
      const index = json(readFileSync(join(layout, 'index.json'), 'utf8')) as {
        manifests: { digest: string }[];
      };
      assert.equal(index.manifests[0]!.digest, manifests[0]!.digest, 'a folder and an archive are one image');

      const blobs = join(layout, 'blobs/sha256');
      const before = readdirSync(blobs);
      const times = new Map(before.map((name) => [name, lstatSync(join(blobs, name)).mtimeMs]));
      const more = step(made, 'echo more >/more', {});
      await build!([], {
        outputs: [{ from: more, form: { kind: 'oci-layout', folder: layout, name: 'two' }, image }],
      });
      for (const name of before) assert.equal(lstatSync(join(blobs, name)).mtimeMs, times.get(name));
      assert.equal(readdirSync(blobs).length, before.length + 3, 'a manifest, a configuration and one layer');
    },
  );
}

test('a file that an export has brought before is not brought again', { skip: noScene }, async (t) => {
  const { folder, root, build } = (await stage(t, 'newest')) ?? {};
  if (folder === undefined) return;
  const into = join(folder, 'out');
  const script = 'mkdir /out; echo new >/out/new; echo set >/out/set; touch -d @1700000000 /out/set';
  const made = step(root!, script, {});
  const bring = () => build!([made], { exports: [{ from: made, paths: ['/out/*'], into }] });
  const written = (name: string) => lstatSync(join(into, 'out', name), { bigint: true }).ctimeNs;
  await bring();
  const before = ['new', 'set'].map(written);
  await bring();
  const after = ['new', 'set'].map(written);
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1], 'a time that was set tells nothing');
  utimesSync(join(into, 'out/new'), 1, 1);
  await bring();
  assert.notEqual(written('new'), before[0]);
  assert.equal(readFileSync(join(into, 'out/new'), 'utf8'), 'new\n');
});

const facts = { uid: 0, gid: 0, mode: 0o644, mtime: 1_600_000_000 };
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('base64');
const entries: readonly RootEntry[] = [
  { ...facts, type: 'folder', path: 'bin', mode: 0o755 },
  {
    ...facts,
    type: 'file',
    path: 'bin/ping',
    mode: 0o755,
    size: 5,
    xattrs: { 'security.capability': capability },
  },
  { ...facts, type: 'file', path: 'bin/su', mode: 0o4755, size: 5, gid: 7 },
  { ...facts, type: 'hardlink', path: 'bin/su-too', mode: 0o4755, target: 'bin/su', gid: 7 },
  { ...facts, type: 'folder', path: 'dev', mode: 0o755 },
  { ...facts, type: 'character-device', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
  { ...facts, type: 'fifo', path: 'dev/pipe', mode: 0o600, uid: 1000, gid: 1000 },
  { ...facts, type: 'symlink', path: 'etc', mode: 0o777, target: `${'länge/'.repeat(25)}etc` },
  { ...facts, type: 'folder', path: 'tmp', mode: 0o1777, uid: 100_000 },
];

type SentMember = Pick<
  TarEntry,
  'path' | 'type' | 'mode' | 'uid' | 'gid' | 'size' | 'mtime' | 'linkTarget' | 'device'
> & {
  readonly bytes: readonly (readonly [name: string, value: string])[];
};

/** A root with all that a file can be, as it is on a daemon once it was sent there. */
async function sentRoot(t: TestContext, kind: DaemonKind): Promise<readonly SentMember[]> {
  const { address } = await Daemon.start(kind, (stop) => t.after(stop));
  const folder = mkdtempSync(join(tmpdir(), 'targetry-sent-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'root/bin'), { recursive: true });
  for (const name of ['ping', 'su']) writeFileSync(join(folder, 'root/bin', name), `${name}...`.slice(0, 5));
  linkSync(join(folder, 'root/bin/su'), join(folder, 'root/bin/su-too'));
  const root = source('targetry.root://all', { platform: { os: 'linux', architecture: 'amd64' } });
  const sent = root.file((change) => change.mkdir('/end'), { name: 'end' });
  const file = join(folder, 'root.tar');
  const engine = createBuildKitEngine({
    address: readAddress(address, {}),
    store: await Store.open(join(folder, 'store')),
    env: {},
    whole: [{ from: sent.output!, form: { kind: 'tar', file } }],
  });
  const open = () => Promise.resolve(join(folder, 'root'));
  const input = { kind: 'root', key: 'all', open, entries: () => Promise.resolve(entries) } as const;
  const inputs = new Map([['targetry.root://all', input]]);
  const { signal } = new AbortController();
  for await (const _ of engine.solve(graphOf([sent]), { inputs, exports: [], signal }));
  const members: SentMember[] = [];
  for await (const { path, type, mode, uid, gid, size, mtime, linkTarget, device, xattrs } of readTar(
    createReadStream(file),
  )) {
    const bytes = [...xattrs].map(([name, value]) => [name, Buffer.from(value).toString('base64')] as const);
    members.push({ path, type, mode, uid, gid, size, mtime, linkTarget, device, bytes });
  }
  return members.filter(({ path }) => path !== 'end/');
}

/** What Docker's copying of files leaves: no devices, no times of folders, and nothing of the kernel's own attributes. */
const asFiles = (members: readonly SentMember[]) =>
  members
    .filter(({ path }) => !/^dev\/./.test(path))
    .map((member) => ({ ...member, bytes: [], mtime: member.type === 'folder' ? 0 : member.mtime }));

test(
  'a root is on a daemon what it is here, and where it comes as files nearly',
  {
    skip: noScene,
  },
  async (t) => {
    await orSkip(t, async () => {
      const asImage = await sentRoot(t, 'newest');
      const expected = entries.map((entry) => [
        entry.path,
        entry.type,
        entry.mode,
        `${entry.uid}:${entry.gid}`,
        entry.mtime,
        Object.values(entry.xattrs ?? {}),
      ]);
      const seen = asImage.map(({ path, type, mode, uid, gid, mtime, bytes }) => [
        path.replace(/\/$/, ''),
        type,
        mode,
        `${uid}:${gid}`,
        mtime,
        bytes.map(([, value]) => value),
      ]);
      assert.deepEqual(seen, expected);
      assert.deepEqual(await sentRoot(t, 'older'), asImage);
      assert.deepEqual(asFiles(await sentRoot(t, 'docker')), asFiles(asImage));
    });
  },
);
