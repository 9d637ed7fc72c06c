import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { frameHeader, readFrames, type FrameKind } from '../../../src/engines/embedded/protocol.ts';

const frame = fc.record(
  {
    kind: fc.constantFrom<FrameKind>(0, 1, 2),
    request: fc.nat(),
    data: fc.uint8Array({ maxLength: 40 }),
  },
  { noNullPrototype: true },
);

test('frames come out as they went in, however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame), fc.integer({ min: 1, max: 50 }), async (frames, size) => {
      const bytes = Buffer.concat(
        frames.flatMap(({ kind, request, data }) => [frameHeader(kind, request, data.length), data]),
      );
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      }
      const read: unknown[] = [];
      for await (const { kind, request, data } of readFrames(chunks())) {
        read.push({ kind, request, data: new Uint8Array(data) });
      }
      assert.deepEqual(read, frames);
    }),
  );
});
