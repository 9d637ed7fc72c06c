import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../../src/base/sha256.ts';
import { portableGraph, writeImages } from '../../../../src/engines/buildkit/portable-graph.ts';
import type { Input } from '../../../../src/engines/engine.ts';
import { graphOf } from '../../../../src/graph/collect.ts';
import { source } from '../../../../src/graph/sources.ts';
import { Store } from '../../../../src/store/store.ts';
import { removeWithStore } from '../../../late-note.ts';

const platform = { os: 'linux', architecture: 'amd64' } as const;
const built = source('targetry.root://key', { platform, name: 'root debian-11' })
  .copy(source('targetry.folder://source'), '/', '/src', { contentsOnly: true })
  .run({ args: ['/bin/make'], secretEnv: { TOKEN: 'TOKEN' } })
  .root();

/** As on a machine of its own: another store, another folder, another time. */
async function made(t: TestContext, text = 'int main;') {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-portable-'));
  t.after(() => removeWithStore(folder));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0');
  const open = () => Promise.resolve(root);
  const facts = { mode: 0o755, uid: 0, gid: 42, mtime: 1 };
  const entries = () =>
    Promise.resolve([
      { ...facts, path: 'etc', type: 'folder' } as const,
      { ...facts, path: 'etc/passwd', type: 'file', size: 10 } as const,
    ]);
  const file = { type: 'file', path: 'a.c', executable: false, sha256: sha256(text) } as const;
  const inputs = new Map<string, Input>([
    ['targetry.root://key', { kind: 'root', key: 'key', open, entries }],
    ['targetry.folder://source', { kind: 'folder', key: sha256(text), folder, entries: [file] }],
  ]);
  const graph = graphOf([built]);
  const exports = [{ from: graph.outputs[0]!, path: '/src/hello', as: 'hello-linux' }];
  const store = await Store.open(join(folder, 'store'));
  return { folder, root, portable: await portableGraph(store, graph, { inputs, exports }) };
}

test('the same files make the same graph on every machine, and others another', async (t) => {
  const [one, two, other] = [await made(t), await made(t), await made(t, 'int mine;')];
  assert.deepEqual(one.portable.definition, two.portable.definition);
  assert.notDeepEqual(one.portable.definition, other.portable.definition);
  assert.deepEqual(one.portable.secrets, ['TOKEN']);
});

test('a root is written as an image whose blobs are what their names say', async (t) => {
  const { folder, portable } = await made(t);
  await writeImages(portable.images, join(folder, 'roots'));
  const blobs = join(folder, 'roots/blobs/sha256');
  for (const name of readdirSync(blobs)) assert.equal(sha256(readFileSync(join(blobs, name))), name);
  assert.equal(readdirSync(blobs).length, 3);
  const { manifests } = JSON.parse(readFileSync(join(folder, 'roots/index.json'), 'utf8')) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  assert.deepEqual(Object.values(manifests[0]!.annotations), ['root-debian-11-amd64']);
  const named = `oci-layout://targetry/root@${manifests[0]!.digest}`;
  assert.ok(Buffer.from(portable.definition).includes(named), 'the graph asks for that image');
});

test('a root that somebody changed is not written as what it was', async (t) => {
  const { folder, root, portable } = await made(t);
  writeFileSync(join(root, 'etc/passwd'), 'evil:x:0:0');
  await assert.rejects(writeImages(portable.images, join(folder, 'roots')), { code: 'source-changed' });
});
