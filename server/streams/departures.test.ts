import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { engines } from '../testing/engines.ts';
import { FollowerAndHub, refused } from '../testing/fake-hub.ts';
import { someone, someoneElse } from '../testing/open-log.ts';
import { deedIn, done } from './deeds.ts';
import { hubsOfDepartures } from './departures-store.ts';

const DAY = 86_400_000;
const leaves = (pair: FollowerAndHub, user = someone) =>
  pair.deeds.perform(deedIn(pair.space, '_', user, 'member.leave', {}), done);
const settled = (pair: FollowerAndHub) =>
  pair.until(async () => (await pair.log.database.read((reader) => reader.all(hubsOfDepartures, {}))).length === 0);
const leavingIn = (pair: FollowerAndHub) => pair.requests.flat().filter(({ type }) => type === 'member.leave');

for (const engine of engines) {
  test(`[FOL-19] departures on ${engine.name}`, async (t) => {
    let now = 1_800_000_000_000;
    const pair = await FollowerAndHub.open(t, engine, { now: () => now });
    if (!pair) return;

    await t.test(
      'who leaves a space of a hub that is away has left, and it is told after what they said before',
      async () => {
        pair.mood = 'is away';
        const isPending = (error: unknown) => error instanceof Refusal && error.code === 'pending';
        await assert.rejects(pair.says('a last word'), isPending);
        await leaves(pair);
        assert.deepEqual(pair.gone, [someone]);
        assert.deepEqual(
          pair.toldOf('intent.pending').map((one) => (one as { type: string }).type),
          ['message.create'],
        );
        pair.comesBack();
        await settled(pair);
        assert.deepEqual(
          pair.requests.flat().map(({ type }) => type),
          ['message.create', 'member.leave'],
        );
      },
    );

    await t.test('after days and a restart it is signed anew, under the same id', async () => {
      pair.requests.length = 0;
      pair.mood = 'loses the answer';
      await leaves(pair);
      const first = await pair.until(() => leavingIn(pair)[0]);
      pair.mood = 'is away';
      await pair.stop();
      now += 3 * DAY;
      await pair.start();
      pair.comesBack();
      await settled(pair);
      const last = leavingIn(pair).at(-1)!;
      assert.equal(last.id, first.id);
      assert.ok(last.n > first.n && last.exp === now + DAY, JSON.stringify(last));
      assert.equal(pair.taken.filter((id) => id === first.id).length, 1);
    });

    await t.test('a hub that has something against it is told again, and who is no member there has left', async () => {
      pair.requests.length = 0;
      pair.mood = 'is away';
      await leaves(pair, someoneElse);
      const { id } = (await pair.departing())[0]!;
      const answers = ['out_of_order', 'read_only', 'not_found'].map((code) => refused(id, 409, code));
      pair.refusals.set(id, answers);
      pair.comesBack();
      await settled(pair);
      const numbers = leavingIn(pair).map(({ n }) => n);
      assert.equal(numbers.length, 3);
      assert.ok(numbers[1]! > numbers[0]!);
    });
  });
}
