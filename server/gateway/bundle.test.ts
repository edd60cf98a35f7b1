import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import * as ws from 'ws';
import { Bundle, eventFrame, textFrame } from './bundle.ts';

// Exported, but not in its types.
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What a WebSocket client reads in bytes. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  const receiver = new Receiver({ isServer: false, maxPayload: 10_000_000 });
  receiver.on('message', (data: Buffer) => void messages.push(String(data)));
  receiver.on('error', (error: Error) => assert.fail(error));
  receiver.write(bytes);
  return messages;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('x'.repeat(125), 'x'.repeat(126), 'ä'.repeat(40_000), 'x'.repeat(70_000), ''),
);

test('frames that are sent together read the same as one by one', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), fc.nat({ max: 8 }), (texts, skipped) => {
      const wellFormed = texts.map((content) => content.toWellFormed());
      const frames = wellFormed.map((content) => new Bundle(textFrame(content)));
      const [first, ...rest] = frames as [Bundle, ...Bundle[]];
      const bundle = rest.reduce((before, frame) => before.with(frame), first);
      assert.equal(bundle.count, texts.length);
      assert.equal(bundle.size, bundle.bytes.length);
      assert.deepEqual(messagesIn(bundle.bytes), wellFormed);
      const skip = Math.min(skipped, texts.length);
      assert.deepEqual(messagesIn(bundle.bytesAfter(skip)), wellFormed.slice(skip));
    }),
  );
});

test('whoever is sent the same shares the same bytes', () => {
  const [a, b, c] = [eventFrame('a', {}), eventFrame('b', {}), eventFrame('c', {})];
  assert.equal(a.with(b).with(c), a.with(b).with(c));
  assert.notEqual(a.with(c), a.with(b));
  assert.equal(a.with(c).with(b), a.with(c).with(b));
  // A shorter one that was put together before is part of the longer ones.
  assert.equal(a.with(b).bytes, a.with(b).bytes);
  assert.deepEqual(messagesIn(a.with(b).with(c).bytes).length, 3);
});
