import { placedWordsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** Messages of one millisecond that can be found; nobody has more but to do harm. */
const PER_MS = 2_048;
const LATEST = 4_000_000_000_000;
/** Length of the words under which an edited message is found. */
const MOST_INDEXED = 65_536;

/** Where entries begin whose messages have this time in ms: places go by time, so that results need no sorting. */
export function placeAt(ts: number): number {
  return Math.min(Math.max(ts, 0), LATEST) * PER_MS;
}

/** Words that no text has, to find what is no word: signs of a message that everything in it can be narrowed by. */
export const signs = {
  of: (stream_no: number) => `_c${stream_no}`,
  by: (author: string) => `_${author}`,
  mentioning: (user: string) => `_m${user}`,
  link: '_link',
};

export interface FoundText {
  stream_no: number;
  author: string;
  content: string;
  mentions: Partial<Mentions>;
}

/** What a message is found by: its signs, and its words in their order. [SRCH-1] [SRCH-2] */
function entryWords({ stream_no, author, content, mentions }: FoundText): string {
  const words = [signs.of(stream_no), signs.by(author)];
  for (const user of mentions.users ?? []) words.push(signs.mentioning(user));
  if (/https?:\/\//i.test(content)) words.push(signs.link);
  for (const { word } of placedWordsOf(content)) words.push(word);
  return words.join(' ');
}

type Entry = { from: number; stream_no: number; epoch: number; seq: number; words: string };

const big = (value: number) => sql<number>`cast(${value} as bigint)`;
const inItsMs = (from: number, count = PER_MS) =>
  sql<boolean>`place BETWEEN ${big(from)} AND ${big(from)} + ${sql.lit(count)}`;

/** Of a message that is not deleted; a second time nothing happens. */
export const addEntry = query<Entry>()(
  (p) => sql`
    INSERT INTO search_entries (place, stream_no, epoch, seq, words)
    SELECT coalesce(max(place) + 1, ${big(p.from)}), ${big(p.stream_no)}, ${big(p.epoch)}, ${big(p.seq)},
      cast(${p.words} as text)
    FROM search_entries WHERE ${inItsMs(p.from, PER_MS - 1)}
    HAVING coalesce(max(CASE WHEN stream_no = ${p.stream_no} AND epoch = ${p.epoch} AND seq = ${p.seq} THEN 1 ELSE 0 END), 0) = 0
      AND EXISTS (SELECT 1 FROM messages AS m
        WHERE m.stream_no = ${p.stream_no} AND m.epoch = ${p.epoch} AND m.seq = ${p.seq} AND m.deleted = 0)
    ON CONFLICT DO NOTHING`,
);
const findEntry = query<Omit<Entry, 'words'>>()((p) =>
  sql
    .selectFrom('search_entries')
    .select(['place', 'words', 'indexed'])
    .where(inItsMs(p.from))
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const setWords = query<{ place: number; words: string; indexed: string | null }>()((p) =>
  sql.updateTable('search_entries').set({ words: p.words, indexed: p.indexed }).where('place', '=', p.place),
);

/** Of a message that says something else now. Words from before stay in the index until there are too many, or it is deleted. */
export async function changeEntry(tx: Writer, { words, ...at }: Entry): Promise<void> {
  const entry = await tx.get(findEntry, at);
  if (!entry) return;
  const before = entry.indexed ?? entry.words;
  const known = new Set(before.split(' '));
  const added = [...new Set(words.split(' '))].filter((word) => !known.has(word));
  const indexed = [before, ...added].join(' ');
  await tx.run(setWords, { place: entry.place, words, indexed: indexed.length > MOST_INDEXED ? null : indexed });
}

/** What both are told of a message. */
export function entryOf(message: FoundText & { epoch: number; seq: number; ts: number }): Entry {
  const { stream_no, epoch, seq, ts } = message;
  return { from: placeAt(ts), stream_no, epoch, seq, words: entryWords(message) };
}
