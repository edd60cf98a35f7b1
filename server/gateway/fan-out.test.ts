import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { Bundle, textFrame } from './bundle.ts';
import { FanOut } from './fan-out.ts';
import { type GatewayLimits, limits } from './limits.ts';
import { Session } from './session.ts';

/** A session whose socket writes down what it is given; each write takes a while. */
function slowSession(index: number, writeMs: number) {
  const writes: Buffer[] = [];
  const raw = {
    write(bytes: Buffer): boolean {
      const until = performance.now() + writeMs;
      while (performance.now() < until);
      writes.push(bytes);
      return true;
    },
  };
  const identity = { id: `g_${index}`, user: `u_${index}`, login: '', from: 0 };
  return { writes, session: new Session(identity, { raw: raw as unknown as Socket }) };
}

const fanOutWith = (changed: Partial<GatewayLimits> = {}) =>
  new FanOut({ limits: { ...limits, ...changed }, now: () => 0, onBehind: () => assert.fail('nobody is behind') });
const frame = (text: string) => new Bundle(textFrame(text));
const read = (writes: readonly Buffer[]) => [...Buffer.concat(writes).toString('latin1').matchAll(/<\d+>/g)].join('');

test('what comes while sockets keep up is written at once, what comes faster is written together', async () => {
  const fanOut = fanOutWith();
  const { session, writes } = slowSession(0, 20);
  for (let i = 0; i < 10; i++) {
    fanOut.add([session], frame(`<${i}>`), 1);
    fanOut.flushSoon();
    if (i === 0) assert.equal(writes.length, 1);
  }
  while (read(writes).length < 30) await nextTurn();
  assert.ok(writes.length < 5, `${writes.length} writes`);
  assert.equal(read(writes), '<0><1><2><3><4><5><6><7><8><9>');
});

test('a flush of many sockets lets others in between', async () => {
  const fanOut = fanOutWith({ sliceMs: 2 });
  const all = Array.from({ length: 200 }, (_, index) => slowSession(index, 0.1));
  const sessions = all.map(({ session }) => session);
  fanOut.add(sessions, frame('<1>'), 1);
  fanOut.flushSoon();
  const served = all.filter(({ writes }) => writes.length > 0).length;
  assert.ok(served > 0 && served < 200, `${served} in the first slice`);
  fanOut.add(sessions, frame('<2>'), 2);
  while (!all.every(({ writes }) => read(writes) === '<1><2>')) await nextTurn();
  // Whoever was not served yet gets both in one piece, and shares it with the others.
  const together = all.filter(({ writes }) => writes.length === 1);
  assert.ok(together.length > 0);
  assert.equal(new Set(together.map(({ writes }) => writes[0])).size, 1);
});

test('whoever is sent what, and whenever: each gets its own in order', () => {
  const sent = fc.array(fc.record({ to: fc.subarray([0, 1, 2, 3, 4]), flush: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(sent, (steps) => {
      const fanOut = fanOutWith();
      const all = Array.from({ length: 5 }, (_, index) => slowSession(index, 0));
      const expected = all.map(() => '');
      for (const [n, { to, flush }] of steps.entries()) {
        const sessions = to.map((index) => (all[index] as (typeof all)[number]).session);
        fanOut.add(sessions, frame(`<${n}>`), 1);
        for (const index of to) expected[index] += `<${n}>`;
        if (flush) fanOut.flushAll();
      }
      fanOut.flushAll();
      assert.deepEqual(
        all.map(({ writes }) => read(writes)),
        expected,
      );
    }),
  );
});
