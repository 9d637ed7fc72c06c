import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ProtobufMessage, ProtobufWriter } from '../../../src/base/protobuf.ts';
import { anyText } from '../../any-text.ts';

test('what is written is read again, whatever the numbers and texts', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(anyText(), int64, fc.array(fc.uint8Array()), (text, number, list) => {
      const writer = new ProtobufWriter().string(1, text).integer(2, number);
      for (const item of list) writer.encoded(300, item);
      const read = new ProtobufMessage(writer.finish());
      assert.equal(read.string(1), text);
      assert.equal(read.bigint(2), number);
      assert.deepEqual(
        read.allBytes(300).map((one) => Buffer.from(one)),
        list.map((one) => Buffer.from(one)),
      );
    }),
  );
});

test('messages within messages come back whole, however many bytes their length takes', () => {
  for (const length of [0, 1, 100, 127, 128, 1000, 16_383, 16_384, 70_000]) {
    const text = 'ä'.repeat(length / 2) + 'x'.repeat(length % 2);
    const bytes = new ProtobufWriter()
      .message(1, (outer) => outer.string(1, 'before').message(2, (inner) => inner.string(3, text)))
      .string(2, 'after')
      .finish();
    const read = new ProtobufMessage(bytes);
    assert.equal(read.message(1)!.string(1), 'before');
    assert.equal(read.message(1)!.message(2)!.string(3), text);
    assert.equal(read.string(2), 'after');
  }
});

test('a message that ends in the middle is refused, not read as a shorter one', () => {
  const whole = new ProtobufWriter().string(1, 'a text').finish();
  for (let length = 1; length < whole.length; length++) {
    assert.throws(() => new ProtobufMessage(whole.subarray(0, length)), RangeError);
  }
});

test('fields of newer daemons, also of types that we never write, are passed over', () => {
  const message = new ProtobufMessage(
    Buffer.from([0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x18, 0x2a]),
  );
  assert.equal(message.integer(3), 42);
});
