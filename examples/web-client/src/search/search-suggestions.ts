import type { Suggestion } from '../messages/suggestions.ts';
import { writtenDay } from './days.ts';
import type { KnownPerson } from './known-names.ts';
import type { Filter } from './read-search.ts';
import type { NamedChannel } from './search-query.ts';

const most = 8;
const day = 86_400_000;

export interface Suggestible {
  /** Community or conversation that is searched. */
  space: string | undefined;
  people: readonly KnownPerson[];
  channels: readonly NamedChannel[];
  now: number;
}

/** What can stand after the colon of a filter; `text` is the value. */
export function valuesOf({ name, value }: Filter, known: Suggestible): Suggestion[] {
  const typed = value.toLowerCase().replace(/^[@#]/, '');
  switch (name) {
    case 'from':
    case 'mentions':
      return peopleLike(typed, known.people);
    case 'in':
      return channelsLike(typed, known);
    case 'has':
      return 'link'.startsWith(typed) ? [{ key: 'link', text: 'link', label: 'link', icon: 'link', kind: 'word' }] : [];
    case 'before':
    case 'after':
    case 'on':
      return daysLike(typed, known.now);
  }
}

function peopleLike(typed: string, people: readonly KnownPerson[]): Suggestion[] {
  return people
    .filter((one) =>
      [...one.handles, ...one.names, ...(one.isMe ? ['me'] : [])].some((name) => startsWord(name, typed)),
    )
    .sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name))
    .slice(0, most)
    .map((one) => ({
      key: one.id,
      text: one.handles[0]!,
      label: one.name,
      detail: one.isMe ? `@${one.handles[0]} · you` : `@${one.handles[0]}`,
      kind: 'person' as const,
    }));
}

function channelsLike(typed: string, { channels, space }: Suggestible): Suggestion[] {
  const isHere = (one: NamedChannel) => one.space === space;
  const isAmbiguous = (one: NamedChannel) =>
    !isHere(one) && channels.some((other) => other.space !== one.space && other.name === one.name);
  return channels
    .filter((one) => startsWord(one.name, typed) || startsWord(`${one.spaceName}/${one.name}`, typed))
    .sort((a, b) => Number(isHere(b)) - Number(isHere(a)))
    .slice(0, most)
    .map((one) => ({
      key: one.channel,
      text: isAmbiguous(one) ? `${one.spaceName}/${one.name}` : one.name,
      label: one.name,
      detail: isHere(one) ? '' : one.spaceName,
      kind: 'channel' as const,
    }));
}

function daysLike(typed: string, now: number): Suggestion[] {
  const days = [
    { text: 'today', detail: writtenDay(now) },
    { text: 'yesterday', detail: writtenDay(now - day) },
    { text: writtenDay(now - 7 * day), detail: 'a week ago' },
    { text: writtenDay(now - 30 * day), detail: '30 days ago' },
    { text: writtenDay(now).slice(0, 7), detail: 'this month' },
    { text: writtenDay(now).slice(0, 4), detail: 'this year' },
  ];
  return days
    .filter(({ text }) => text.startsWith(typed) && text !== typed)
    .map(({ text, detail }) => ({ key: text, text, label: text, detail, icon: 'clock', kind: 'word' }));
}

function startsWord(name: string, typed: string): boolean {
  const low = name.toLowerCase();
  return low.startsWith(typed) || low.split(/[\s._/-]+/).some((word) => word.startsWith(typed));
}
