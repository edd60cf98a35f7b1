import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { peopleLimits } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import { engines } from '../testing/engines.ts';
import { ReceivedLetters } from './received-letters.ts';

const KEPT = 2_000;

const countOf = query<{ server: string }>()((p) =>
  sql
    .selectFrom('people_received')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('server', '=', p.server),
);

for (const engine of engines) {
  test(`[PPL-4] what one homeserver sends is remembered up to a number, on ${engine.name}`, async (t) => {
    const options = await engine.fresh(t);
    if (!options) return;
    await using database = await openDatabase(options);
    await migrate(database, migrations, 1);
    const letters = new ReceivedLetters(KEPT);
    const [loud, quiet] = ['loud.example', 'quiet.example'];
    const count = async (server: string) =>
      Number((await database.read((reader) => reader.get(countOf, { server })))?.count);
    let now = 1_800_000_000_000;
    const ids: string[] = [];
    const take = (server: string, sent: readonly string[]) =>
      database.write(async (tx) => {
        const news = [];
        for (const id of sent) if (await letters.note(tx, server, id, ++now)) news.push(id);
        return news;
      });
    const one = randomId('i_');
    assert.deepEqual(await take(quiet, [one, one]), [one]);
    while (ids.length < KEPT * 1.5) {
      const sent = Array.from({ length: 300 }, () => randomId('i_'));
      assert.equal((await take(loud, sent)).length, sent.length);
      ids.push(...sent);
    }
    const kept = await count(loud);
    assert.ok(kept >= KEPT && kept <= KEPT + KEPT / 40, `${kept} are kept`);
    assert.deepEqual(await take(loud, ids.slice(-KEPT)), []);
    assert.deepEqual(await take(quiet, [one]), []);
    now += peopleLimits.rememberedMs;
    await take(quiet, [randomId('i_')]);
    assert.deepEqual([await count(loud), await count(quiet)], [0, 1]);
  });
}
