import { searchTermsOf, type SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { AnswerOf, QueryOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type * as endpoints from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Database, Reader } from '../storage/database.ts';
import { findMessage, messageOf } from './message-store.ts';
import { type SearchedChannel, searchedChannels, stillSearched } from './searched-channels.ts';
import { placeAfter, placeAt } from './search-entries.ts';
import { entriesFound, type FoundEntry } from './search-query.ts';
import { backTo, fetchDeeper, type PastElsewhere } from './searched-past.ts';

export type Search = QueryOf<typeof endpoints.searchMessages>;
export type SearchPage = AnswerOf<typeof endpoints.searchMessages>;

export interface SearchParts {
  database: Pick<Database, 'dialect' | 'read' | 'readAside'>;
  clock: Clock;
  history?: PastElsewhere | undefined;
}

/** How long a search may take, in ms. [SRCH-7] */
const PATIENCE = 3_000;
const DEFAULT_PAGE = 25;

/** A page of what a user finds, newest first. Throws `invalid_query`, `not_found`, `missing_permission` and `busy`. [SRCH-1] */
export async function searchMessages(parts: SearchParts, user: string, search: Search): Promise<SearchPage> {
  const { database, clock, history } = parts;
  const terms = requireSearch(search);
  const { since = 0, until, limit = DEFAULT_PAGE } = search;
  const [ms = -1, n = 0] = decodeCursor(search.after, ['number', 'number'] as const) ?? [];
  const channels = await database.read((reader) => searchedChannels(reader, user, search, clock.now()));
  if (channels.size === 0) return { messages: [], next: null, back_to: null };
  const streams = [...channels.keys()];
  if (search.deeper && history) await fetchDeeper({ database, history }, channels, since);

  const { author, mentions, has } = search;
  const end = placeAfter(until ?? Infinity);
  const isWithin = ms >= 0 && ms < end.ms;
  const range = { from: placeAt(since), to: isWithin ? { ms, n } : end };
  const found = await database.readAside(
    entriesFound(database.dialect, { terms, author, mentions, has, streams, ...range, limit: limit + 1 }),
    PATIENCE,
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return database.read(async (reader) => {
    const now = clock.now();
    // All of this took its time: who was shown out meanwhile is told nothing any more.
    const places = await stillSearched(
      reader,
      user,
      new Map(page.map(({ stream_no: no }) => [no, channels.get(no)])),
      now,
    );
    return {
      messages: await messagesAt(reader, places, page, user),
      next: last && found.length > limit ? encodeCursor([last.ms, last.n]) : null,
      back_to: await backTo(reader, database.dialect, streams, since, now),
    };
  });
}

/** The terms of a search that makes sense. [SRCH-1] [SRCH-4] */
function requireSearch({ q, channel, space }: Search): SearchTerm[] {
  if (channel !== undefined && space === undefined)
    throw new Refusal('invalid_query', { path: '/space', expected: 'the space of the channel' });
  const terms = q === undefined ? [] : searchTermsOf(q);
  if (q !== undefined && terms.length === 0) throw new Refusal('invalid_query', { path: '/q', expected: 'a word' });
  if (terms.length > limits.searchTerms)
    throw new Refusal('invalid_query', { path: '/q', expected: `at most ${limits.searchTerms} words` });
  return terms;
}

async function messagesAt(
  reader: Reader,
  channels: ReadonlyMap<number, SearchedChannel>,
  entries: readonly FoundEntry[],
  user: string,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { stream_no, epoch, seq } of entries) {
    const channel = channels.get(stream_no);
    const row = channel && (await reader.get(findMessage, { stream_no, epoch, seq }));
    // Deleted in the meantime, or of somebody whom the user blocks.
    if (!row || channel.hidden?.has(row.author)) continue;
    messages.push(await messageOf(reader, channel, row, user));
  }
  return messages;
}
