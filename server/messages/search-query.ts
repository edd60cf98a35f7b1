import type { SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { Dialect } from '../storage/database.ts';
import { sql, type Statement } from '../storage/query.ts';
import { signs } from './search-entries.ts';

export interface MessageQuery {
  terms: readonly SearchTerm[];
  author?: string | undefined;
  mentions?: string | undefined;
  has?: 'link' | undefined;
  /** Channels that are searched. */
  streams: readonly number[];
  /** Places of `search_entries`, both inclusive. */
  from: number;
  to: number;
  limit: number;
}

export interface FoundEntry {
  place: number;
  stream_no: number;
  epoch: number;
  seq: number;
}

/** With more channels than this it is quicker to look at where each found message is. */
const CHANNELS_IN_MATCH = 500;

/** The newest entries that match, by the index of the engine. */
export function entriesFound(dialect: Dialect, query: MessageQuery): Statement<FoundEntry> {
  const { terms, author, streams, from, to, limit } = query;
  const isTogether = terms.filter(({ words }) => words.length > 1).map(isInOrder);
  // What was signed by somebody else than it said keeps the sign of whom it said.
  const isBy =
    author === undefined
      ? []
      : [
          sql<boolean>`EXISTS (SELECT 1 FROM messages AS m WHERE m.stream_no = e.stream_no AND m.epoch = e.epoch AND m.seq = e.seq
          AND m.author = ${author})`,
        ];
  const conditions = sql.join([sql`e.place BETWEEN ${from} AND ${to}`, ...isBy, ...isTogether], sql` AND `);
  if (dialect === 'sqlite')
    return sql<FoundEntry>`
      SELECT e.place, e.stream_no, e.epoch, e.seq
      FROM search_index CROSS JOIN search_entries AS e ON e.place = search_index.rowid
      WHERE search_index MATCH ${matchOf(query, inFts5)} AND search_index.rowid BETWEEN ${from} AND ${to}
        AND e.stream_no IN (SELECT value FROM json_each(${JSON.stringify(streams)})) AND ${conditions}
      ORDER BY search_index.rowid DESC LIMIT ${limit}`;
  return sql<FoundEntry>`
    SELECT e.place, e.stream_no, e.epoch, e.seq FROM search_entries AS e
    WHERE e.vector @@ cast(${matchOf(query, inTsquery)} as tsquery)
      AND e.stream_no = ANY (cast(${`{${streams.join()}}`} as bigint[])) AND ${conditions}
    ORDER BY e.place DESC LIMIT ${limit}`;
}

/** How an engine writes a word, one that may go on, and what belongs together. */
interface Notation {
  word(word: string): string;
  prefix(word: string): string;
  and: string;
  or: string;
}
const inFts5: Notation = { word: (word) => `"${word}"`, prefix: (word) => `"${word}" *`, and: ' AND ', or: ' OR ' };
const inTsquery: Notation = { word: (word) => `'${word}'`, prefix: (word) => `'${word}':*`, and: ' & ', or: ' | ' };

function matchOf({ terms, author, mentions, has, streams }: MessageQuery, { word, prefix, and, or }: Notation): string {
  const parts = terms.flatMap((term) =>
    term.words.map((text, at) => (term.prefix && at === term.words.length - 1 ? prefix(text) : word(text))),
  );
  if (author !== undefined) parts.push(word(signs.by(author)));
  if (mentions !== undefined) parts.push(word(signs.mentioning(mentions)));
  if (has === 'link') parts.push(word(signs.link));
  if (streams.length <= CHANNELS_IN_MATCH) parts.push(`(${streams.map((no) => word(signs.of(no))).join(or)})`);
  return parts.join(and);
}

/** Words are letters, marks and digits only, so that none means something to LIKE or to the indexes. */
function isInOrder({ words, prefix }: SearchTerm) {
  return prefix
    ? sql<boolean>`e.words LIKE ${`% ${words.join(' ')}%`}`
    : sql<boolean>`e.words || ' ' LIKE ${`% ${words.join(' ')} %`}`;
}
