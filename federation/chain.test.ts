import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { verifyLine } from './chain.ts';
import { randomId } from './ids.ts';
import { signIntent } from './intent.ts';
import type { Intent } from './schemas.ts';
import { seal, unsealed } from './vectors/samples.ts';
import * as good from './vectors/sample-chain.ts';
import { verifyChain } from './verify-chain.ts';

const { channelLines, channelStream, hello, regretted, hubKey } = good;
const afterHello = good.cursorAt(hello);

test('[STR-15] a whole stream holds: erased, hidden, of another epoch and of unknown types included', async () => {
  const report = await verifyChain(channelLines, channelStream);
  assert.deepEqual(report, {
    lines: 7,
    hidden: 1,
    erased: 1,
    mismatched: 0,
    unattributed: 0,
    head: good.cursorAt(good.poll),
  });
});

test('[STR-14] the genesis is that of the space, and no other', async () => {
  assert.equal((await verifyChain(good.spaceLines, good.spaceStream)).stop, undefined);
  const { stop } = await verifyChain(good.spaceLines, { ...good.spaceStream, space: randomId('s_', 32) });
  assert.deepEqual(stop, { ok: false, reason: 'wrong_stream', code: 'wrong_stream', line: 1 });
});

test('[STR-16] reading stops at the first line that breaks the chain, and says where', async () => {
  const { stop, head } = await verifyChain(channelLines.toSpliced(2, 1), channelStream);
  assert.deepEqual(stop, { ok: false, reason: 'broken_chain', code: 'gap', line: 3 });
  assert.deepEqual(head, good.cursorAt(regretted));
});

test('[STR-21] erasing a payload changes nothing that is checked', () => {
  const full = verifyLine(regretted.line, afterHello, channelStream);
  const erased = verifyLine(channelLines[1] as string, afterHello, channelStream);
  assert.ok(full.ok && erased.ok && full.kind === 'event' && erased.kind === 'event');
  assert.equal(full.payload, 'present');
  assert.deepEqual(full.event.payload, regretted.payload);
  assert.deepEqual({ ...full.event, payload: null, payloadText: null }, { ...erased.event, payload: null });
  assert.deepEqual(full.cursor, erased.cursor);
});

test('[STR-17] a payload that does not match is not handed on', () => {
  const changed = regretted.line.replace('My address', 'My Address');
  const checked = verifyLine(changed, afterHello, channelStream);
  assert.ok(checked.ok && checked.kind === 'event');
  assert.equal(checked.payload, 'mismatch');
  assert.equal(checked.event.payloadText, null);
  assert.equal(checked.event.payload, undefined);
});

test('[STR-24] the fork point is named, and the stream goes on from it', () => {
  const unknown = verifyLine(good.restarted.line, good.cursorAt(good.erasing), channelStream);
  assert.deepEqual(unknown, {
    ok: false,
    reason: 'broken_chain',
    code: 'unknown_fork_point',
    forkPoint: good.reaction.hash,
  });
  assert.ok(verifyLine(good.restarted.line, good.cursorAt(good.reaction), channelStream).ok);
});

test('[STR-18] a user of the hub may be answered for by a signature, too, and by nobody else', () => {
  const { intent } = hello.payload;
  const { type, stream } = intent;
  const act = { at: { epoch: 1, seq: 0 }, type, body: {}, stream, space: good.space, auth: '1.2' };
  const attributionOf = (shown: Intent) => {
    const checked = verifyLine(good.eventOf(act, shown).line, null, channelStream);
    return checked.ok && checked.kind === 'event' && checked.attribution;
  };
  assert.equal(attributionOf(intent), 'hub');
  assert.equal(attributionOf(signIntent(intent, hubKey)), 'verified');
  assert.equal(attributionOf(signIntent(intent, good.homeKey)), 'unattributed');
  assert.equal(attributionOf({ ...intent, kid: hubKey.kid }), 'unattributed');
});

test('[STR-5] a well-signed line that is too large is refused before anything else is looked at', () => {
  const intent = { ...regretted.payload.intent, body: { text: 'a'.repeat(65_600) } };
  const payload = { ...regretted.payload, intent };
  const line = seal(unsealed(regretted.envelope), payload, hubKey);
  assert.deepEqual(verifyLine(line, afterHello, channelStream), stopped('body_too_large'));
  const longer = `${line}${' '.repeat(98_304)}`;
  assert.deepEqual(verifyLine(longer, afterHello, channelStream), stopped('line_too_large'));
});

test('[STR-16] no line at all makes it throw, whatever byte is changed', () => {
  const bytes = Buffer.from(regretted.line);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ flip;
      const checked = verifyLine(changed, afterHello, channelStream);
      if (checked.ok) assert.ok(checked.kind === 'event' && checked.payload === 'mismatch');
    }),
    { numRuns: 2000 },
  );
});

test('[STR-16] JSON of any form gets a verdict', () => {
  for (const odd of [
    '',
    'null',
    '1',
    '"a"',
    '[]',
    '{}',
    '{"ev":1,"p":1}',
    '{"ev":null,"p":null}',
    '{"hid":{}}',
    '{"hid":null}',
  ]) {
    const checked = verifyLine(odd, null, channelStream);
    assert.ok(!checked.ok && checked.reason === 'not_canonical', odd);
  }
});

function stopped(code: string) {
  return { ok: false, reason: 'not_canonical', code };
}
