import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import { engines } from '../testing/engines.ts';
import { OwnJoins } from './own-joins.ts';

const HOUR = 3_600_000;
const countJoins = query<object>()(() =>
  sql.selectFrom('own_joins').select(({ fn }) => fn.countAll<number>().as('count')),
);

for (const engine of engines) {
  test(`[FOL-18] joins that were refused are forgotten, and known by their time from then on, on ${engine.name}`, async (t) => {
    const options = await engine.fresh(t);
    if (!options) return;
    await using database = await openDatabase(options);
    await migrate(database, migrations, 1);
    let now = 1_800_000_000_000;
    const clock = { now: () => now };
    const joins = await database.write((tx) => OwnJoins.open(tx, clock));
    const hub = 'hub.example';
    const joinOf = (user: string) => ({ space: 's', actor: user, id: randomId('i_'), ts: now, exp: now + HOUR / 6 });
    const asks = async (join: ReturnType<typeof joinOf>) => {
      const { space, actor: user, id, ts, exp } = join;
      await database.write((tx) => joins.note(tx, { space, user, id, hub, kind: 'community', asked: ts, until: exp }));
    };
    const takes = (known: OwnJoins, join: ReturnType<typeof joinOf>) =>
      database.write((tx) => known.take(tx, hub, join));
    const count = async () => Number((await database.read((reader) => reader.get(countJoins, {})))?.count);

    const before = { ...joinOf('old'), ts: now - 1 };
    const refused = Array.from({ length: 50 }, (_, n) => joinOf(`u${n}`));
    for (const join of refused) await asks(join);
    await database.write((tx) => joins.withdraw(tx, 's'));
    now += 24 * HOUR;
    const waiting = joinOf('waits');
    await asks(waiting);
    await database.write((tx) => joins.forgetOver(tx));
    assert.equal(await count(), 51);
    now += 2 * HOUR;
    await database.write((tx) => joins.forgetOver(tx));
    assert.equal(await count(), 1);
    assert.ok(joins.maybeIn('s'));

    // It is remembered over a restart from when on all are noted; what a hub uses late is noted again, so that it is told.
    const again = await database.write((tx) => OwnJoins.open(tx, clock));
    const told: string[] = [];
    again.onUnwished((space) => told.push(space));
    assert.equal(await takes(again, refused[0]!), false);
    assert.deepEqual(told, ['s']);
    const unwished = await database.write((tx) => again.takeUnwished(tx, 's', hub));
    assert.deepEqual(unwished.sort(), ['u0', 'waits']);
    // From before this was noted, from after a backup, and of somebody who has asked again: nothing speaks against them.
    assert.equal(await takes(again, before), true);
    await asks(joinOf('u1'));
    assert.equal(await takes(again, refused[1]!), true);
    await database.write((tx) => again.startAnew(tx));
    assert.equal(await takes(again, refused[2]!), true);
  });
}
