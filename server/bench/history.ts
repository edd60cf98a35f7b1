import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { insertMessage } from '../messages/message-store.ts';
import { openDatabase } from '../storage/open-database.ts';
import { join } from 'node:path';
import { query, sql } from '../storage/query.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { percentile, type Report } from './report.ts';

const messages = 1_000_000;
const pages = 1_000;
/** The first pages only show how fast code is compiled. */
const warmUp = 300;
const limit = 50;

const streamOf = query<{ channel: string }>()((p) =>
  sql.selectFrom('channels').select('stream_no').where('id', '=', p.channel),
);
const anyUser = query<object>()(() => sql.selectFrom('users').select('id').limit(1));
const bareRows = query<{ stream_no: number; seq: number }>()((p) =>
  sql
    .selectFrom('messages')
    .selectAll()
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', 1)
    .where('seq', '<', p.seq)
    .orderBy('seq', 'desc')
    .limit(limit),
);

/** A page of 50 in a channel of a million messages: of any age over HTTP, against the newest page and against the rows alone. */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(1);
  const bare = await fill(crowd);
  await using server = await spawnHomeserver({ folder: crowd.folder });
  await timePages(server.url, crowd, () => messages, warmUp);
  const newest = await timePages(server.url, crowd, () => messages);
  const oldest = await timePages(server.url, crowd, () => 200);
  const any = await timePages(server.url, crowd, () => 100 + Math.floor(Math.random() * (messages - 100)));
  const p99 = percentile(any, 0.99);
  const flat = percentile(oldest, 0.5) / percentile(newest, 0.5);
  return {
    name: 'history',
    ratio: percentile(any, 0.5) / bare,
    aim: 'p99 ≤ 5 ms for a page of any age, the oldest as fast as the newest',
    reached: p99 <= 5 && flat <= 1.3,
    figures: {
      page_p50_ms: percentile(any, 0.5),
      page_p99_ms: p99,
      newest_p50_ms: percentile(newest, 0.5),
      oldest_p50_ms: percentile(oldest, 0.5),
      oldest_by_newest: flat,
      rows_alone_p50_ms: bare,
      messages,
    },
  };
}

/** Puts the messages straight into the table that pages are read from; gives what the rows of a page cost alone. */
async function fill({ folder, channel }: Crowd): Promise<number> {
  await using database = await openDatabase({ folder: join(folder, 'data') });
  const { stream_no, author } = await database.read(async (reader) => ({
    stream_no: (await reader.get(streamOf, { channel }))?.stream_no ?? 0,
    author: (await reader.get(anyUser, {}))?.id ?? '',
  }));
  const fixed = { stream_no, epoch: 1, author, reply_to: null, mentions: '{"users":[],"roles":[],"everyone":false}' };
  for (let seq = 1; seq <= messages; ) {
    await database.write(async (tx) => {
      for (const end = Math.min(messages, seq + 20_000); seq <= end; seq++) {
        await tx.run(insertMessage, {
          ...fixed,
          seq,
          ts: seq,
          content: `message ${seq} ${'x'.repeat(100)}`,
          intent: 'i_aaaaaaaaaaaaaaaaaaaaaaaaaa',
        });
      }
    });
  }
  return database.read(async (reader) => {
    const times: number[] = [];
    for (let page = 0; page < pages; page++) {
      const start = performance.now();
      await reader.all(bareRows, { stream_no, seq: 100 + Math.floor(Math.random() * (messages - 100)) });
      times.push(performance.now() - start);
    }
    return percentile(times, 0.5);
  });
}

async function timePages(
  url: string,
  { space, channel, tokens }: Crowd,
  before: () => number,
  count = pages,
): Promise<number[]> {
  const client = createHttpClient({ baseUrl: url, tokens: { token: tokens[0] ?? '' } });
  const times: number[] = [];
  for (let page = 0; page < count; page++) {
    const start = performance.now();
    const answer = await client.call(listMessages, {
      params: { space, channel },
      query: { before: `1.${before()}`, limit },
    });
    times.push(performance.now() - start);
    if (answer.messages.length !== limit) throw new Error('a page is short');
  }
  return times;
}
