import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { type ManualClock, manualClock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { engines } from '../testing/engines.ts';
import { newStream, note, OpenLog, other, someoneElse } from '../testing/open-log.ts';

interface Line {
  ev: { seq: number; ts: number; auth?: string; ref?: string[]; stream: string; space?: string };
  p: { intent: { id: string; n: number; seen?: { seq: number; hash: string } }; hub?: { length: number } };
}

const read = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line);
const refusedWith = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

for (const engine of engines) {
  test(`the log of a space on ${engine.name}`, async (t) => {
    const clock = manualClock();
    const log = await OpenLog.open(t, engine, clock);
    if (log) await streamsHold(t, log, clock);
  });
}

/** One database for all of them: each founds spaces of its own. */
async function streamsHold(t: TestContext, log: OpenLog, clock: ManualClock): Promise<void> {
  await t.test(
    '[STR-6] [STR-7] [STR-14] every stream is a dense chain that proves itself, however many write at once',
    async () => {
      const spaces = [await log.found(), await log.found()];
      const streams = ['_', newStream(), newStream()];
      const deeds = Array.from({ length: 120 }, (_, n) => log.writes(spaces[n % 2]!, `note ${n}`, streams[n % 3]));
      await Promise.all(deeds);
      for (const space of spaces) {
        for (const { stream, lines } of await log.streams(space)) {
          const report = await log.verify(space, stream, lines);
          assert.equal(report.stop, undefined, JSON.stringify(report.stop));
          assert.equal(report.unattributed, 0);
          assert.deepEqual(
            read(lines).map(({ ev }) => ev.seq),
            Array.from(lines, (_, seq) => seq),
          );
        }
      }
      const total = (await log.streams(spaces[0]!))
        .concat(await log.streams(spaces[1]!))
        .flatMap(({ lines }) => lines).length;
      assert.equal(total, 122);
    },
  );

  await t.test('[STR-6] a line that was changed, left out or put elsewhere breaks the proof', async () => {
    const space = await log.found();
    for (let n = 0; n < 5; n++) await log.writes(space, `note ${n}`);
    const [{ lines } = { lines: [] }] = await log.streams(space);
    const [a, b, c, ...rest] = lines as [string, string, string, ...string[]];
    for (const broken of [
      [a, c, b, ...rest],
      [a, c, ...rest],
      [a, b.replace('"seq":1', '"seq":2'), c, ...rest],
      [a, b, b, c],
    ]) {
      assert.notEqual((await log.verify(space, '_', broken)).stop, undefined);
    }
    assert.equal((await log.verify(space, '_', [a, b.replace('note 0', 'note X'), c])).mismatched, 1);
  });

  await t.test('[STR-12] an event names the head of _ that it was decided on', async () => {
    const space = await log.found();
    const stream = newStream();
    await log.writes(space, 'first', stream);
    await log.writes(space, 'about the space');
    await log.writes(space, 'second', stream);
    const streams = new Map((await log.streams(space)).map(({ stream: name, lines }) => [name, read(lines)]));
    assert.deepEqual(
      streams.get(stream)?.map(({ ev }) => ev.auth),
      ['1.0', '1.1'],
    );
    assert.deepEqual(
      streams.get('_')?.map(({ ev }) => ev.auth),
      [undefined, '1.0'],
    );
  });

  await t.test(
    '[STR-8] an intent is counted for each actor and space, and tells the head that its home knew',
    async () => {
      const [space, second] = [await log.found(), await log.found()];
      await log.writes(space, 'one');
      await log.submit({ space, text: 'two', actor: someoneElse });
      await log.writes(second, 'elsewhere');
      await log.writes(space, 'three', newStream());
      const [root = [], channel = []] = (await log.streams(space)).map(({ lines }) => read(lines));
      assert.deepEqual(
        root.map(({ p }) => p.intent.n),
        [1, 2, 1],
      );
      assert.deepEqual(
        channel.map(({ p }) => p.intent.n),
        [3],
      );
      assert.deepEqual(
        root.map(({ p }) => p.intent.seen?.seq),
        [undefined, 0, 1],
      );
    },
  );

  await t.test('[STR-13] time never runs backwards in a stream, whatever the clock does', async () => {
    const space = await log.found();
    const start = clock.now();
    for (const wait of [5_000, -86_400_000, 1, 86_400_000]) {
      clock.advance(wait);
      await log.writes(space, 'tick');
    }
    const [{ lines } = { lines: [] }] = await log.streams(space);
    assert.deepEqual(
      read(lines).map(({ ev }) => ev.ts - start),
      [0, 5_000, 5_000, 5_000, 5_001],
    );
  });

  await t.test(
    '[STR-10] the same intent sent fifty times at once is one event, and each is told its place',
    async () => {
      const space = await log.found();
      const id = randomId('i_');
      const answers = await Promise.all(Array.from({ length: 50 }, () => log.submit({ space, text: 'once', id })));
      assert.deepEqual(new Set(answers.map(({ event }) => `${event.epoch}.${event.seq}`)), new Set(['1.1']));
      assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
      const [{ lines } = { lines: [] }] = await log.streams(space);
      assert.equal(lines.length, 2);
      const [later] = await Promise.all([log.submit({ space, text: 'changed', id }), log.writes(space, 'sentinel')]);
      assert.deepEqual([later.repeated, later.event.body], [true, { text: 'once' }]);
    },
  );

  await t.test('[STR-10] an intent id belongs to its actor and its space', async () => {
    const [space, second] = [await log.found(), await log.found()];
    const id = randomId('i_');
    const first = await log.submit({ space, text: 'mine', id });
    const others = [
      await log.submit({ space, text: 'yours', id, actor: someoneElse }),
      await log.submit({ space: second, text: 'elsewhere', id }),
    ];
    assert.deepEqual(
      [first, ...others].map(({ repeated }) => repeated),
      [false, false, false],
    );
  });

  await t.test(
    '[STR-10] an intent id that was used for another type or stream is a conflict and writes nothing',
    async () => {
      const space = await log.found();
      const id = randomId('i_');
      await log.submit({ space, text: 'note', id });
      await assert.rejects(log.submit({ space, text: 'note', type: other, id }), refusedWith('conflict'));
      await assert.rejects(log.submit({ space, text: 'note', stream: newStream(), id }), refusedWith('conflict'));
      assert.deepEqual(
        (await log.streams(space)).map(({ lines }) => lines.length),
        [2],
      );
    },
  );

  await t.test('[EVT-1] an unknown type or another body is refused before anything is decided', async () => {
    const space = await log.found();
    await assert.rejects(log.submit({ space, text: 'x', type: 'com.example.unknown' }), refusedWith('unknown_type'));
    await assert.rejects(log.submit({ space, type: note }), refusedWith('invalid_body'));
    await assert.rejects(log.writes(space, 'refuse'), refusedWith('forbidden'));
    assert.deepEqual(
      (await log.streams(space)).map(({ lines }) => lines.length),
      [1],
    );
  });

  await t.test('[EVT-2] what the hub adds stands beside the intent and comes back with the event', async () => {
    const space = await log.found();
    const { event } = await log.writes(space, 'four');
    assert.deepEqual(event.hub, { length: 4 });
    const id = event.intent;
    assert.deepEqual((await log.submit({ space, text: 'four', id })).event, event);
    const [{ lines } = { lines: [] }] = await log.streams(space);
    assert.deepEqual(
      read(lines).map(({ p }) => p.hub),
      [undefined, { length: 4 }],
    );
  });

  await t.test('[STR-11] references are kept in the envelope as positions', async () => {
    const space = await log.found();
    await log.submit({ space, text: 'about it', ref: ['1.0'] });
    const [{ lines } = { lines: [] }] = await log.streams(space);
    const refs = read(lines).map(({ ev }) => ev.ref?.map(positionOf));
    assert.deepEqual(refs, [undefined, [{ epoch: 1, seq: 0 }]]);
  });
}
