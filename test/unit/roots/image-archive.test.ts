import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { readTar } from '../../../src/formats/tar.ts';
import { stream } from '../../archives.ts';
import { imageArchive, type PlatformImage } from '../../../src/roots/image-archive.ts';

function platform(cpu: string, text: string): PlatformImage {
  return {
    facts: { name: 'x', platform: cpu, env: {}, created: 0, createdBy: 'a test', cmd: ['sh'] },
    layers: [{ pieces: () => [Buffer.from(text)], sha256: sha256(text), size: text.length }],
  };
}

async function membersOf(pieces: Iterable<Uint8Array>): Promise<ReadonlyMap<string, string>> {
  const members = new Map<string, string>();
  for await (const { path, type, body } of readTar(stream(Buffer.concat([...pieces])))) {
    if (type !== 'file') continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    members.set(path, Buffer.concat(chunks).toString());
  }
  return members;
}

test('every blob of an image is called by its hash, and both lists lead to all of them', async () => {
  const { pieces, digest } = imageArchive('hello:1', [platform('amd64', 'layer')]);
  const members = await membersOf(pieces);
  for (const [path, text] of members)
    if (path.startsWith('blobs/')) assert.equal(path, `blobs/sha256/${sha256(text)}`);
  const index = JSON.parse(members.get('index.json')!);
  assert.equal(index.manifests[0].digest, digest);
  assert.equal(index.manifests[0].annotations['org.opencontainers.image.ref.name'], 'hello:1');
  const manifest = JSON.parse(members.get(`blobs/${digest.replace(':', '/')}`)!);
  const [docker] = JSON.parse(members.get('manifest.json')!);
  assert.deepEqual(docker.RepoTags, ['hello:1']);
  assert.equal(docker.Config, `blobs/${manifest.config.digest.replace(':', '/')}`);
  assert.equal(members.get(docker.Layers[0]), 'layer');
});

test('an image of two CPUs is an index of both, and has a tag for each in the list that knows no CPUs', async () => {
  const both = [platform('amd64', 'same'), platform('arm/v7', 'same')];
  const { pieces, digest } = imageArchive('example.com/hello:1', both);
  const members = await membersOf(pieces);
  const [top] = JSON.parse(members.get('index.json')!).manifests;
  assert.equal(top.digest, digest);
  assert.equal(top.annotations['io.containerd.image.name'], 'example.com/hello:1');
  const nested = JSON.parse(members.get(`blobs/${digest.replace(':', '/')}`)!);
  assert.deepEqual(
    nested.manifests.map((one: { platform: object }) => one.platform),
    [
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm', variant: 'v7', os: 'linux' },
    ],
  );
  const tags = JSON.parse(members.get('manifest.json')!).map(
    (one: { RepoTags: string[] }) => one.RepoTags[0],
  );
  assert.deepEqual(tags, ['example.com/hello:1-amd64', 'example.com/hello:1-armv7']);
  // What both have is there once.
  assert.equal([...members.values()].filter((text) => text === 'same').length, 1);
});
