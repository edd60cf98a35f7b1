import type { SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { Dialect } from '../storage/database.ts';
import { sql, type Statement } from '../storage/query.ts';
import { partsOfPlace, type Place, placeOf, signs } from './search-entries.ts';

export interface MessageQuery {
  terms: readonly SearchTerm[];
  author?: string | undefined;
  mentions?: string | undefined;
  has?: 'link' | undefined;
  /** Channels that are searched. */
  streams: readonly number[];
  /** Places of `search_entries`, the second one exclusive. */
  from: Place;
  to: Place;
  limit: number;
}

export interface FoundEntry extends Place {
  stream_no: number;
  epoch: number;
  seq: number;
}

/** With more channels than this it is quicker to look at where each found message is. */
const CHANNELS_IN_MATCH = 500;

/** The newest entries that match. */
export function entriesFound(dialect: Dialect, query: MessageQuery): Statement<FoundEntry> {
  const { terms, author, streams, from, to, limit } = query;
  const engine = engines[dialect];
  const match = matchOf(query, engine);
  const conditions = sql.join(
    [
      sql`e.place >= ${placeOf(from)} AND e.place < ${placeOf(to)}`,
      ...(dialect === 'sqlite' ? [sql`in_time()`] : []),
      isAmong(dialect, sql`e.stream_no`, streams),
      ...(author === undefined ? [] : [isBy(author)]),
      ...terms.filter(({ words }) => words.length > 1).map(isInOrder),
      saysSoNow(query),
    ],
    sql` AND `,
  );
  const found = match === '' ? sql`search_entries AS e WHERE` : engine.found(match, query);
  const order = match === '' ? sql`e.place` : engine.order;
  return sql<FoundEntry>`
    SELECT ${partsOfPlace}, e.stream_no, e.epoch, e.seq FROM ${found} ${conditions} ORDER BY ${order} DESC LIMIT ${limit}`;
}

type Fragment = ReturnType<typeof sql>;

/** How an engine writes a word, one that may go on, and what belongs together; and how it looks it up. */
interface Engine {
  word(word: string): string;
  prefix(word: string): string;
  and: string;
  or: string;
  /** Up to the `AND` of further conditions. */
  found(match: string, range: Pick<MessageQuery, 'from' | 'to'>): Fragment;
  order: Fragment;
}

const engines: Record<Dialect, Engine> = {
  sqlite: {
    word: (word) => `"${word}"`,
    prefix: (word) => `"${word}" *`,
    and: ' AND ',
    or: ' OR ',
    found: (match, { from, to }) => sql`search_index CROSS JOIN search_entries AS e ON e.place = search_index.rowid
      WHERE search_index MATCH ${match} AND search_index.rowid >= ${placeOf(from)} AND search_index.rowid < ${placeOf(to)} AND`,
    order: sql`search_index.rowid`,
  },
  postgres: {
    word: (word) => `'${word}'`,
    prefix: (word) => `'${word}':*`,
    and: ' & ',
    or: ' | ',
    found: (match) => sql`search_entries AS e WHERE e.vector @@ cast(${match} as tsquery) AND`,
    order: sql`e.place`,
  },
};

/** Whether a number is among any number of others: neither engine takes more than some ten thousands of parameters. */
export const isAmong = (dialect: Dialect, number: Fragment, others: readonly number[]) =>
  dialect === 'sqlite'
    ? sql<boolean>`${number} IN (SELECT value FROM json_each(${JSON.stringify(others)}))`
    : sql<boolean>`${number} = ANY (cast(${`{${others.join()}}`} as bigint[]))`;

/** Words are letters, marks and digits only, so that none means something to the indexes or to LIKE. */
function matchOf({ terms, author, mentions, has, streams }: MessageQuery, { word, prefix, and, or }: Engine): string {
  const parts = terms.flatMap((term) =>
    term.words.map((text, at) => (term.prefix && at === term.words.length - 1 ? prefix(text) : word(text))),
  );
  if (author !== undefined) parts.push(word(signs.by(author)));
  if (mentions !== undefined) parts.push(word(signs.mentioning(mentions)));
  if (has === 'link') parts.push(word(signs.link));
  if (streams.length <= CHANNELS_IN_MATCH) parts.push(`(${streams.map((no) => word(signs.of(no))).join(or)})`);
  return parts.join(and);
}

/** What was signed by somebody else than it said keeps the sign of whom it said. */
const isBy = (author: string) => sql<boolean>`EXISTS (SELECT 1 FROM messages AS m
  WHERE m.stream_no = e.stream_no AND m.epoch = e.epoch AND m.seq = e.seq AND m.author = ${author})`;

/** Signs begin with `_`, which LIKE would take for any character. */
const isInOrder = ({ words, prefix }: SearchTerm) =>
  sql<boolean>`' ' || e.words || ' ' LIKE ${`% ${words.join(' ').replaceAll('_', '\\_')}${prefix ? '' : ' '}%`} ESCAPE '\\'`;

/** The index finds edited messages by what they said before, too. */
function saysSoNow({ terms, mentions, has }: MessageQuery) {
  const all = terms.filter(({ words }) => words.length === 1);
  if (mentions !== undefined) all.push({ words: [signs.mentioning(mentions)], prefix: false });
  if (has === 'link') all.push({ words: [signs.link], prefix: false });
  if (all.length === 0) return sql<boolean>`1 = 1`;
  return sql<boolean>`(e.indexed IS NULL OR (${sql.join(all.map(isInOrder), sql` AND `)}))`;
}
