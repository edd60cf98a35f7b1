import { placedWordsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** Messages of one millisecond that can be found. [SRCH-1] */
const PER_MS = 1_048_576;
const LATEST = 4_000_000_000_000;
/** Length of the words under which an edited message is found. */
const MOST_INDEXED = 65_536;

/** Where entries begin whose messages have this time in ms: places go by time, so that results need no sorting. */
export interface Place {
  ms: number;
  n: number;
}

export function placeAt(ts: number): Place {
  return { ms: Math.min(Math.max(ts, 0), LATEST), n: 0 };
}

/** The first place after those of a time. */
export function placeAfter(ts: number): Place {
  return { ms: placeAt(ts).ms + 1, n: 0 };
}

/** Places go beyond the numbers that JavaScript has, so only the database puts them together. */
export const placeOf = ({ ms, n }: Place) =>
  sql<number>`(cast(${ms} as bigint) * ${sql.lit(PER_MS)} + cast(${n} as bigint))`;
export const partsOfPlace = sql<Place>`e.place / ${sql.lit(PER_MS)} AS ms, e.place % ${sql.lit(PER_MS)} AS n`;

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

type Entry = { ms: number; stream_no: number; epoch: number; seq: number; words: string };

const big = (value: number) => sql<number>`cast(${value} as bigint)`;
const first = (ms: number) => placeOf({ ms, n: 0 });

/** Of a message that is not deleted; a second time nothing happens. */
export const addEntry = query<Entry>()(
  (p) => sql`
    INSERT INTO search_entries (place, stream_no, epoch, seq, words)
    SELECT coalesce(
        (SELECT place + 1 FROM search_entries WHERE place BETWEEN ${first(p.ms)} AND ${first(p.ms)} + ${sql.lit(PER_MS - 2)}
          ORDER BY place DESC LIMIT 1),
        ${first(p.ms)}),
      ${big(p.stream_no)}, ${big(p.epoch)}, ${big(p.seq)}, cast(${p.words} as text)
    WHERE EXISTS (SELECT 1 FROM messages AS m
      WHERE m.stream_no = ${p.stream_no} AND m.epoch = ${p.epoch} AND m.seq = ${p.seq} AND m.deleted = 0)
    ON CONFLICT DO NOTHING`,
);
const findEntry = query<Omit<Entry, 'words' | 'ms'>>()((p) =>
  sql
    .selectFrom('search_entries')
    .select(['words', 'indexed'])
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const setWords = query<Omit<Entry, 'ms'> & { indexed: string | null }>()((p) =>
  sql
    .updateTable('search_entries')
    .set({ words: p.words, indexed: p.indexed })
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);

/** Of a message that says something else now. Words from before stay in the index until there are too many, or it is deleted. */
export async function changeEntry(tx: Writer, { words, stream_no, epoch, seq }: Entry): Promise<void> {
  const at = { stream_no, epoch, seq };
  const entry = await tx.get(findEntry, at);
  if (!entry) return;
  const before = entry.indexed ?? entry.words;
  const known = new Set(before.split(' '));
  const added = [...new Set(words.split(' '))].filter((word) => !known.has(word));
  const indexed = [before, ...added].join(' ');
  await tx.run(setWords, { ...at, words, indexed: indexed.length > MOST_INDEXED ? null : indexed });
}

/** What both are told of a message. */
export function entryOf(message: FoundText & { epoch: number; seq: number; ts: number }): Entry {
  const { stream_no, epoch, seq, ts } = message;
  return { ms: placeAt(ts).ms, stream_no, epoch, seq, words: entryWords(message) };
}
