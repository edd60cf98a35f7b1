import { join } from 'node:path';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { listMessages, searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { insertMessage } from '../messages/message-store.ts';
import { addEntry, entryOf } from '../messages/search-entries.ts';
import { indexPending } from '../messages/search-index.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { percentile, type Report } from './report.ts';

const messages = 500_000;
/** Of which the one who searches sees one. */
const channels = 50;
const vocabulary = 50_000;
const times = 300;
const warmUp = 100;

const streamOf = query<{ channel: string }>()((p) =>
  sql.selectFrom('channels').select('stream_no').where('id', '=', p.channel),
);

/** The word of a rank: three letters and more, the first ones in every other message. */
const wordOf = (rank: number) => `${rank.toString(36)}zyx`;
/** By Zipf's law: the word of rank n is n times rarer than the first. */
const anyRank = () => Math.floor(vocabulary ** Math.random());

/** Searches of different kinds among half a million messages, against a page of history of the same length. */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(1);
  await fill(crowd);
  await using server = await spawnHomeserver({ folder: crowd.folder });
  const { space, channel, tokens } = crowd;
  const client = createHttpClient({ baseUrl: server.url, tokens: { token: tokens[0] ?? '' } });
  const search = (q: () => string) => () => client.call(searchMessages, { query: { q: q(), space, limit: 25 } });
  const kinds = {
    rare_word: search(() => wordOf(1_000 + Math.floor(Math.random() * 40_000))),
    common_word: search(() => wordOf(Math.floor(Math.random() * 10))),
    two_words: search(() => `${wordOf(anyRank())} ${wordOf(anyRank())}`),
    in_order: search(() => `"${wordOf(anyRank() % 100)} ${wordOf(anyRank() % 100)}"`),
    beginning: search(() => wordOf(anyRank()).slice(0, 3)),
  };
  const page = () => client.call(listMessages, { params: { space, channel }, query: { limit: 25 } });
  const pages = await time(page);
  const figures: Record<string, number> = { page_p50_ms: percentile(pages, 0.5) };
  const all: number[] = [];
  for (const [name, deed] of Object.entries(kinds)) {
    const taken = await time(deed);
    all.push(...taken);
    figures[`${name}_p50_ms`] = percentile(taken, 0.5);
    figures[`${name}_p99_ms`] = percentile(taken, 0.99);
  }
  const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
  return {
    name: 'search',
    ratio: p50 / (figures['page_p50_ms'] ?? 1),
    aim: 'p50 ≤ 30 ms and p99 ≤ 500 ms among half a million messages, of which the commonest word is in every second',
    reached: p50 <= 30 && p99 <= 500,
    figures: { ...figures, p50_ms: p50, p99_ms: p99, messages },
  };
}

async function time(deed: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = -warmUp; at < times; at++) {
    const start = performance.now();
    await deed();
    if (at >= 0) taken.push(performance.now() - start);
  }
  return taken;
}

/** Puts the messages straight into the tables. */
async function fill({ folder, channel, users }: Crowd): Promise<void> {
  await using database = await openDatabase({ folder: join(folder, 'data') });
  const own = (await database.read((reader) => reader.get(streamOf, { channel })))?.stream_no ?? 0;
  for (let seq = 1; seq <= messages; ) {
    await database.write(async (tx) => {
      for (const end = Math.min(messages, seq + 20_000); seq <= end; seq++) {
        const content = Array.from({ length: 12 }, () => wordOf(anyRank())).join(' ');
        const message = {
          stream_no: own + (seq % channels),
          epoch: 1,
          seq,
          ts: 1_700_000_000_000 + seq * 1_000,
          author: users[0] ?? '',
          content,
        };
        const rest = {
          reply_to: null,
          mentions: '{"users":[],"roles":[],"everyone":false}',
          intent: 'i_aaaaaaaaaaaaaaaaaaaaaaaaaa',
        };
        await tx.run(insertMessage, { ...message, ...rest });
        await tx.run(addEntry, entryOf({ ...message, mentions: {} }));
      }
      await indexPending(tx);
    });
  }
}
