/** What a daemon calls the operations of a build is what they are called in the graph that was sent: byte for byte the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtobufMessage } from '../../src/base/protobuf.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { GrpcCall, GrpcClient } from '../../src/engines/buildkit/wire/grpc-client.ts';
import { Scene, step } from '../engine-scene.ts';
import { daemonKinds, daemonOfFile } from './daemons.ts';

/** What it does besides the graph. */
const ofTheDaemon = /^exporting to client/;

/** Listens on the wire while something is done: digests of the operations sent, and those that the daemon told of. */
async function overheard(act: () => Promise<void>) {
  const sent = new Set<string>();
  const told = new Set<string>();
  const statuses = new WeakSet<GrpcCall>();
  // They are called with the `this` of who was asked.
  // oxlint-disable-next-line typescript/unbound-method
  const { call, open } = GrpcClient.prototype;
  // oxlint-disable-next-line typescript/unbound-method
  const { messages } = GrpcCall.prototype;
  GrpcClient.prototype.call = function (path, request, options) {
    if (path.endsWith('LLBBridge/Solve')) {
      const operations = new ProtobufMessage(request).message(1)!.allBytes(1);
      // The last only names the result.
      for (const operation of operations.slice(0, -1)) sent.add(`sha256:${sha256(operation)}`);
    }
    return call.call(this, path, request, options);
  };
  GrpcClient.prototype.open = function (path, options) {
    const opened = open.call(this, path, options);
    if (path.endsWith('Control/Status')) statuses.add(opened);
    return opened;
  };
  GrpcCall.prototype.messages = async function* () {
    for await (const message of messages.call(this)) {
      if (statuses.has(this)) {
        for (const vertex of new ProtobufMessage(message).messages(1)) {
          if (!ofTheDaemon.test(vertex.string(3))) told.add(vertex.string(1));
        }
      }
      yield message;
    }
  };
  try {
    await act();
  } finally {
    Object.assign(GrpcClient.prototype, { call, open });
    Object.assign(GrpcCall.prototype, { messages });
  }
  return { sent, told };
}

for (const kind of daemonKinds) {
  const { made: daemon, skip } = await daemonOfFile(kind);
  test(
    `${kind}: each operation that the daemon tells of has the digest with which it was sent`,
    { skip },
    async (t) => {
      const address = readAddress(daemon!.address, {});
      const scene = await Scene.make(t, {
        engine: ({ store }) => createBuildKitEngine({ address, store, env: {} }),
      });
      scene.files = { 'ä/file': 'text', 'run.sh': 'exit 0' };
      const made = step(scene.withSource, 'mkdir /out; sh /src/run.sh; echo "$ONE" >/out/made', {
        env: { TWO: '2', ONE: 'ü "quoted"\\n' },
        cwd: '/src',
        user: 'guest:users',
        mounts: { '/cache': { cache: 'digests' }, '/tmp/memory': { tmpfs: true } },
      });
      const changed = step(scene.withSource, 'mkdir -p /out; echo "$ONE" >/out/made', {
        env: { ONE: 'ü "quoted"\\n' },
        mounts: { '/cache': { cache: 'digests' } },
      })
        .mkdir('/a/b', { makeParents: true, mode: 0o700, owner: { user: 'guest' } })
        .mkfile('/a/b/file', 'text', { modified: new Date(1_000_000_000_000) })
        .rm('/etc/motd', { allowMissing: true });
      const { sent, told } = await overheard(async () => {
        const { error } = await scene.solve([changed], { paths: ['/out/made'] });
        assert.equal(error, undefined);
        await scene.solve([made]);
      });
      assert.ok(told.size >= 8, [...told].join());
      assert.deepEqual(
        [...told].filter((digest) => !sent.has(digest)),
        [],
      );
      // And it told of all but what it needn't look at.
      assert.ok([...sent].filter((digest) => told.has(digest)).length >= sent.size / 2);
    },
  );
}
