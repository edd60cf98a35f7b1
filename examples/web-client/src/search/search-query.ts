import { type SearchTerm, searchTermsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { type Days, daysOf } from './days.ts';
import type { Filter, FilterName, ReadSearch } from './read-search.ts';

/** Somebody who can be named; handles and names are in lower case. */
export interface NamedPerson {
  id: string;
  handles: readonly string[];
  names: readonly string[];
  isMe: boolean;
}

/** A channel that can be named, those of the community that is searched first. */
export interface NamedChannel {
  space: string;
  channel: string;
  name: string;
  spaceName: string;
}

export interface Scope {
  space?: string;
  channel?: string;
}

export interface Known {
  scope: Scope;
  people: readonly NamedPerson[];
  channels: readonly NamedChannel[];
  now: number;
}

export interface SearchQuery extends Scope {
  q?: string;
  author?: string;
  mentions?: string;
  has?: 'link';
  since?: number;
  until?: number;
}

export type Meaning =
  | { is: 'query'; query: SearchQuery; terms: readonly SearchTerm[] }
  | { is: 'nothing' }
  /** `unknown`: nobody here has this name, but others may know. */
  | { is: 'problem'; say: string; filter?: Filter; unknown?: string };

class Unclear extends Error {
  readonly meaning: Meaning & { is: 'problem' };
  constructor(say: string, filter?: Filter, unknown?: string) {
    super(say);
    this.meaning = { is: 'problem', say, ...(filter ? { filter } : {}), ...(unknown ? { unknown } : {}) };
  }
}

/** What a search asks the homeserver for, or what keeps it from being asked. */
export function meaningOf(read: ReadSearch, known: Known): Meaning {
  if (!read.words && read.filters.length === 0) return { is: 'nothing' };
  try {
    const query: SearchQuery = { ...known.scope, ...filtersOf(read.filters, known), ...wordsOf(read.words) };
    return { is: 'query', query, terms: searchTermsOf(query.q ?? '') };
  } catch (error) {
    if (error instanceof Unclear) return error.meaning;
    throw error;
  }
}

/** What one filter asks for; undefined where it is not clear. */
export function partOf(filter: Filter, known: Known): SearchQuery | undefined {
  try {
    return filtersOf([filter], known);
  } catch (error) {
    if (error instanceof Unclear) return undefined;
    throw error;
  }
}

function wordsOf(words: string): Pick<SearchQuery, 'q'> {
  if (!words) return {};
  const terms = searchTermsOf(words);
  if (terms.length === 0) throw new Unclear('There is no letter and no digit in this to search for.');
  if (terms.length > limits.searchTerms) throw new Unclear(`At most ${limits.searchTerms} words at a time.`);
  if (words.length > limits.searchQueryLength)
    throw new Unclear(`At most ${limits.searchQueryLength} characters at a time.`);
  return { q: words };
}

function filtersOf(filters: readonly Filter[], known: Known): SearchQuery {
  const query: SearchQuery = {};
  const seen = new Set<FilterName>();
  for (const filter of filters) {
    const { name, value } = filter;
    if (!value) throw new Unclear(`Write ${wanted[name]} after “${name}:”.`, filter);
    if (seen.has(name)) throw new Unclear(`Only one “${name}:” at a time.`, filter);
    seen.add(name);
    if (name === 'from') query.author = personCalled(filter, known.people);
    else if (name === 'mentions') query.mentions = personCalled(filter, known.people);
    else if (name === 'in') Object.assign(query, channelCalled(filter, known));
    else if (name === 'has') query.has = link(filter);
    else narrow(query, name, days(filter, known.now));
  }
  if (query.since !== undefined && query.until !== undefined && query.since > query.until)
    throw new Unclear('There is no day between these dates.');
  return query;
}

const wanted: Record<FilterName, string> = {
  from: 'a name',
  mentions: 'a name',
  in: 'a channel',
  has: '“link”',
  before: 'a date',
  after: 'a date',
  on: 'a date',
};

function personCalled(filter: Filter, people: readonly NamedPerson[]): string {
  const name = filter.value.replace(/^@/, '').toLowerCase();
  const byHandle = people.filter((one) => (name === 'me' ? one.isMe : one.handles[0] === name));
  const found = [
    byHandle,
    people.filter((one) => one.handles.includes(name)),
    people.filter((one) => one.names.includes(name)),
  ].find((some) => some.length > 0);
  if (!found) throw new Unclear(`Nobody here is called “${filter.value}”.`, filter, name);
  if (found.length > 1)
    throw new Unclear(`Several people are called “${filter.value}”. Choose one of them by handle.`, filter);
  return found[0]!.id;
}

function channelCalled(filter: Filter, { channels, scope }: Known): Scope {
  const name = plain(filter.value).replace(/^#/, '');
  const found = [
    channels.filter((one) => one.space === scope.space && plain(one.name) === name),
    channels.filter((one) => plain(`${one.spaceName}/${one.name}`) === name),
    channels.filter((one) => plain(one.name) === name),
  ].find((some) => some.length > 0);
  if (!found) throw new Unclear(`No channel here is called “${filter.value}”.`, filter);
  if (new Set(found.map((one) => one.space)).size > 1)
    throw new Unclear(
      `Several communities have this channel. Write “in:"${found[0]!.spaceName}/${found[0]!.name}"”.`,
      filter,
    );
  const { space, channel } = found.find((one) => one.channel === scope.channel) ?? found[0]!;
  return { space, channel };
}

/** A name as it can be typed between quotes. */
function plain(name: string): string {
  return name.replaceAll('"', '').trim().toLowerCase();
}

function link(filter: Filter): 'link' {
  if (/^links?$/i.test(filter.value)) return 'link';
  throw new Unclear('“has:” knows only “has:link” so far.', filter);
}

function days(filter: Filter, now: number): Days {
  const found = daysOf(filter.value, now);
  if (found) return found;
  throw new Unclear(`“${filter.value}” is not a date. Write 2026-06-12, 2026-06, today or yesterday.`, filter);
}

function narrow(query: SearchQuery, name: 'before' | 'after' | 'on', { first, last }: Days): void {
  const since = name === 'after' ? last + 1 : name === 'on' ? first : undefined;
  const until = name === 'before' ? first - 1 : name === 'on' ? last : undefined;
  if (since !== undefined) query.since = Math.max(since, query.since ?? since);
  if (until !== undefined) query.until = Math.min(until, query.until ?? until);
}
