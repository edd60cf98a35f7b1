import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { Refusal } from '../base/errors.ts';
import { engines } from '../testing/engines.ts';
import { FollowerAndHub, refused } from '../testing/fake-hub.ts';
import { someone, someoneElse } from '../testing/open-log.ts';
import { outboxEntries } from './outbox-store.ts';

const refusedWith = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const newId = () => randomId('i_');
const left = (pair: FollowerAndHub) => pair.log.database.read((reader) => reader.all(outboxEntries, {}));
const emptied = (pair: FollowerAndHub) => pair.until(async () => (await left(pair)).length === 0);
const pending = (pair: FollowerAndHub, work: Promise<unknown>) =>
  assert.rejects(work, refusedWith('pending')).then(() => pair);
const textsOf = async (pair: FollowerAndHub): Promise<string[]> => {
  const [stream] = await pair.log.streams(pair.space);
  return stream!.lines.flatMap((line) => {
    const { p } = JSON.parse(line) as { p: { intent: { body: { content?: string } } } };
    return p.intent.body.content ?? [];
  });
};

for (const engine of engines) {
  test(`the outbox on ${engine.name}`, async (t) => {
    const pair = await FollowerAndHub.open(t, engine);
    if (pair) await outboxHolds(t, pair);
    await timeHolds(t, engine);
  });
}

async function outboxHolds(t: TestContext, pair: FollowerAndHub): Promise<void> {
  await t.test('[PEND-1] a deed is sent to the hub, and answered when its line is here', async () => {
    const id = newId();
    assert.equal(await pair.says('hello', id), id);
    assert.deepEqual(await textsOf(pair), ['hello']);
    await emptied(pair);
    assert.deepEqual(pair.told, []);
  });

  await t.test('[MSG-1] the same nonce again is the same message, before and after it arrived', async () => {
    const id = newId();
    const both = await Promise.all([pair.says('once', id), pair.says('once', id)]);
    assert.deepEqual(both, [id, id]);
    assert.equal(await pair.says('once', id), id);
    assert.equal((await textsOf(pair)).filter((text) => text === 'once').length, 1);
    await assert.rejects(pair.does({ type: 'member.kick', body: {}, id }), refusedWith('conflict'));
  });

  await t.test(
    '[PEND-2] what the hub refuses is refused with its code, and one that is not known by its status',
    async () => {
      const cases = [
        [refused('', 403, 'missing_permission'), 'missing_permission'],
        [refused('', 404, 'com.example.gone'), 'not_found'],
        [refused('', 429, 'slow_mode'), 'slow_mode'],
        [refused('', 403, 'session_ended'), 'hub_away'],
        [refused('', 401, 'bad_signature'), 'hub_away'],
      ] as const;
      for (const [answer, code] of cases) {
        const id = newId();
        pair.refusals.set(id, [{ ...answer, id }]);
        await assert.rejects(pair.says('no', id), refusedWith(code));
      }
      await emptied(pair);
      assert.ok(!(await textsOf(pair)).includes('no'));
    },
  );

  await t.test('[PEND-3] while the hub is away what was said waits, then comes in its order', async () => {
    pair.mood = 'is away';
    const texts = Array.from({ length: 120 }, (_, n) => `later ${n}`);
    for (const text of texts) await pending(pair, pair.says(text));
    const shown = await pair.log.database.read((reader) => pair.outbox.pendingOf(reader, someone));
    assert.deepEqual(
      shown.map(({ content }) => content),
      texts,
    );
    pair.requests.length = 0;
    pair.comesBack();
    await pair.until(() => pair.toldOf('intent.settled').length >= texts.length);
    assert.deepEqual((await textsOf(pair)).slice(-texts.length), texts);
    assert.deepEqual(
      pair.requests.map((batch) => batch.length),
      [50, 50, 20],
    );
    assert.deepEqual(pair.toldOf('intent.pending'), shown);
    await emptied(pair);
  });

  await t.test('[PEND-4] what moderates does not wait for a hub that is away, and never happens later', async () => {
    pair.mood = 'is away';
    await assert.rejects(pair.does({ type: 'member.kick', body: {} }), refusedWith('hub_away'));
    await emptied(pair);
    pair.requests.length = 0;
    pair.comesBack();
    await pair.says('after it');
    assert.ok(pair.requests.flat().every(({ type }) => type === 'message.create'));
  });

  await t.test('[PEND-1] an answer that is lost doubles nothing', async () => {
    pair.told.length = 0;
    pair.mood = 'loses the answer';
    pair.linesCome = false;
    const id = newId();
    await pending(pair, pair.says('only once', id));
    pair.comesBack();
    await pair.lineUp();
    await pair.until(() => pair.toldOf('intent.settled').length === 1);
    assert.deepEqual(pair.toldOf('intent.settled'), [{ intent: id, ok: true }]);
    assert.equal((await textsOf(pair)).filter((text) => text === 'only once').length, 1);
  });

  await t.test('[PEND-1] a crash between sending and the answer neither loses nor doubles', async () => {
    pair.mood = 'loses the answer';
    pair.linesCome = false;
    const taken = newId();
    await pending(pair, pair.says('taken before the crash', taken));
    pair.mood = 'is away';
    await pending(pair, pair.says('not yet sent'));
    await pair.stop();
    pair.mood = 'answers';
    pair.told.length = 0;
    await pair.start();
    await pair.lineUp();
    await pair.until(() => pair.toldOf('intent.settled').length === 2);
    const texts = await textsOf(pair);
    assert.deepEqual(texts.slice(-2), ['taken before the crash', 'not yet sent']);
    await emptied(pair);
  });

  await t.test('what arrived before the crash is not sent again', async () => {
    pair.mood = 'loses the answer';
    pair.linesCome = false;
    await pending(pair, pair.says('here at the restart'));
    await pair.stop();
    await pair.lineUp();
    pair.mood = 'answers';
    pair.requests.length = 0;
    await pair.start();
    await emptied(pair);
    assert.deepEqual(pair.requests, []);
  });

  await t.test(
    'a hub that has seen higher numbers, as after restoring a backup here, gets the deed under one',
    async () => {
      const id = newId();
      pair.refusals.set(id, [refused(id, 409, 'out_of_order')]);
      assert.equal(await pair.says('numbered anew', id), id);
    },
  );

  await t.test('a hub that is busy is asked again, and nobody else waits for it', async () => {
    pair.told.length = 0;
    const id = newId();
    pair.refusals.set(id, [refused(id, 429, 'rate_limited')]);
    await pending(pair, pair.says('a little later', id));
    await pair.says('beside it', newId()).catch(() => undefined);
    await pair.until(() => pair.toldOf('intent.settled').length >= 1);
    await emptied(pair);
    assert.ok((await textsOf(pair)).includes('a little later'));
  });

  await t.test(
    'a channel that is hidden by what was done to it is done with, though its line never comes',
    async () => {
      pair.linesCome = false;
      pair.hides = true;
      const deleting = { actor: someone, space: pair.space, stream: '_', type: 'channel.delete', ref: [], body: {} };
      await pair.deeds.perform(deleting, async () => undefined);
      pair.hides = false;
      pair.linesCome = true;
    },
  );

  await t.test('a deed that is undone with its transaction is not sent', async () => {
    pair.requests.length = 0;
    const deed = { actor: someoneElse, space: pair.space, stream: '_', type: 'message.create', ref: [], body: {} };
    const undone = pair.log.committer.commit(async (tx) => {
      await pair.deeds.within(tx, deed);
      throw new Error('changed my mind');
    });
    await assert.rejects(undone, /changed my mind/);
    await pair.says('the next');
    assert.ok(pair.requests.flat().every(({ actor }) => actor === someone));
  });
}

async function timeHolds(t: TestContext, engine: (typeof engines)[number]): Promise<void> {
  await t.test('[PEND-3] what could not be sent for a day is given up', async (t) => {
    let now = 1_800_000_000_000;
    const pair = await FollowerAndHub.open(t, engine, { now: () => now });
    if (!pair) return;
    pair.mood = 'is away';
    const id = newId();
    await pending(pair, pair.says('too late', id));
    now += 24 * 3_600_000 + 1;
    pair.comesBack();
    await pair.until(() => pair.toldOf('intent.settled').length === 1);
    assert.deepEqual(pair.toldOf('intent.settled'), [{ intent: id, ok: false, code: 'expired' }]);
    assert.deepEqual(pair.requests, []);
    await emptied(pair);
  });
}
