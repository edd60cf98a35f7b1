import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import { verifyChain } from '@folkmoot/federation/verify-chain.ts';
import type { Reader } from '../storage/database.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import { linesOfStream } from '../streams/lines-store.ts';

const everyStream = query<object>()(() => sql.selectFrom('streams').selectAll());
const everyLine = query<object>()(() => sql.selectFrom('lines').select(['stream_no', 'epoch', 'seq']));
/** In channels that are there; where one or its space was deleted, what was said goes in the background. */
const sentLines = query<object>()(() =>
  sql
    .selectFrom('lines')
    .innerJoin('channels', 'channels.stream_no', 'lines.stream_no')
    .innerJoin('spaces', 'spaces.id', 'channels.space')
    .select(['lines.stream_no', 'lines.epoch', 'lines.seq'])
    .where('lines.type', '=', 'message.create')
    .where('spaces.deleted', '=', 0),
);
const everyMessage = query<object>()(() =>
  sql
    .selectFrom('messages')
    .innerJoin('channels', 'channels.stream_no', 'messages.stream_no')
    .innerJoin('spaces', 'spaces.id', 'channels.space')
    .select(['messages.stream_no', 'messages.epoch', 'messages.seq'])
    .where('spaces.deleted', '=', 0),
);
const everyIntent = query<object>()(() => sql.selectFrom('intents').select(['stream_no', 'epoch', 'seq']));
const everyCounter = query<object>()(() => sql.selectFrom('intent_counters').selectAll());
const countedIntents = query<object>()(() =>
  sql
    .selectFrom('intents')
    .select(({ fn }) => ['space', 'actor', fn.countAll<number>().as('count')])
    .groupBy(['space', 'actor']),
);
const everyKey = query<object>()(() => sql.selectFrom('server_keys').selectAll());

/** Opens the data of a homeserver that does not run, proves every chain, and gives the hash of each line by its place. */
export async function chainsOf({
  folder,
  url,
}: {
  folder: string;
  url?: string | undefined;
}): Promise<Map<string, string>> {
  await using database = await openDatabase({ folder: join(folder, 'data'), url });
  return database.read(async (reader) => {
    const keys = new Map<string, PublicKey>();
    for (const { kid, jwk } of await reader.all(everyKey, {}))
      keys.set(kid, importPublicKey(JSON.parse(jwk) as Record<string, unknown>));
    const places = new Map<string, string>();
    for (const { no, space, stream, epoch, seq } of await reader.all(everyStream, {})) {
      const lines = await reader.all(linesOfStream, { stream_no: no, epoch: 0, seq: 0, limit: 1_000_000 });
      const texts = lines.map((line) => lineText(line.envelope, line.payload));
      const report = await verifyChain(texts, { space, stream, hub: 'localhost', keyOf: (_, kid) => keys.get(kid) });
      assert.equal(report.stop, undefined, JSON.stringify(report.stop));
      assert.deepEqual([report.head?.epoch, report.head?.seq], [epoch, seq], 'the head is not the last line');
      for (const line of lines)
        places.set(`${no} ${line.epoch}.${line.seq}`, createHash('sha256').update(line.envelope).digest('hex'));
    }
    await requireTablesFollowLog(reader);
    return places;
  });
}

/** What `apply` wrote moved together with the lines: one message for each that was sent, one counted intent for each line. */
async function requireTablesFollowLog(reader: Reader): Promise<void> {
  const places = (rows: { stream_no: number; epoch: number; seq: number }[]) =>
    rows.map(({ stream_no, epoch, seq }) => `${stream_no} ${epoch}.${seq}`).toSorted();
  const said = places(await reader.all(sentLines, {}));
  assert.deepEqual(places(await reader.all(everyMessage, {})), said, 'messages are not those of the log');
  assert.deepEqual(
    places(await reader.all(everyIntent, {})),
    places(await reader.all(everyLine, {})),
    'intents are not those of the log',
  );
  const counted = new Map(
    (await reader.all(countedIntents, {})).map(({ space, actor, count }) => [`${space} ${actor}`, Number(count)]),
  );
  const kept = new Map((await reader.all(everyCounter, {})).map(({ space, actor, n }) => [`${space} ${actor}`, n]));
  assert.deepEqual(
    new Map([...kept].toSorted()),
    new Map([...counted].toSorted()),
    'the counters of intents are not those of the log',
  );
}
