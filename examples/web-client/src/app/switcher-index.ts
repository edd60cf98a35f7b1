import MiniSearch from 'minisearch';
import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { handleOf } from '../members/handle.ts';
import { knownMembers, nameOfMember } from '../members/people.ts';
import { spaceMarks } from '../spaces/marks.ts';
import { directsByActivity } from '../people/activity.ts';
import { peopleWho } from '../people/relationships.ts';
import { communities, directWith, nameOfSpace, nameOfUser, othersIn, partnerIn } from '../spaces/direct.ts';
import { placesIn } from '../spaces/channel-tree.ts';

export interface Destination {
  id: string;
  kind: 'space' | 'channel' | 'person' | 'direct' | 'friend';
  name: string;
  /** Other names that it is found by. */
  also: string;
  detail: string;
  space: string;
  channel?: string;
  member?: Member;
  user?: UserSummary;
  unread: number;
  mentions: number;
}

/** Everywhere one can go: direct messages, friends, communities, channels, and people who were seen. */
export function destinations(): Destination[] {
  return [
    ...directDestinations(),
    ...communities().flatMap((space) => [
      {
        id: space.id,
        kind: 'space' as const,
        name: space.name,
        also: '',
        detail: 'Community',
        space: space.id,
        ...spaceMarks(space),
      },
      ...placesIn(space).map((channel) => ({
        id: channel.id,
        kind: 'channel' as const,
        name: channel.name,
        also: space.name,
        detail: space.name,
        space: space.id,
        channel: channel.id,
        unread: channel.view.unread,
        mentions: channel.view.mentions,
      })),
      ...knownMembers(space.id)
        .filter((member) => member.user.handle !== null)
        .map((member) => ({
          id: `${space.id}/${member.user.id}`,
          kind: 'person' as const,
          name: nameOfMember(member),
          also: `${handleOf(member.user)} ${member.user.display_name}`,
          detail: `@${handleOf(member.user)} · ${space.name}`,
          space: space.id,
          member,
          unread: 0,
          mentions: 0,
        })),
    ]),
  ];
}

/** Direct messages and groups, then friends without one. */
function directDestinations(): Destination[] {
  const talks = directsByActivity().map((space) => {
    const partner = partnerIn(space)?.user;
    return {
      id: space.id,
      kind: 'direct' as const,
      name: nameOfSpace(space),
      also: othersIn(space)
        .map(({ user }) => `${handleOf(user)} ${user.display_name}`)
        .join(' '),
      detail: partner ? `@${handleOf(partner)}` : `Group of ${othersIn(space).length + 1}`,
      space: space.id,
      channel: space.channels[0]?.id ?? '',
      ...(partner ? { user: partner } : {}),
      ...spaceMarks(space),
    };
  });
  const friends = peopleWho('friend')
    .filter(({ user }) => !directWith(user.id))
    .map(({ user }) => ({
      id: user.id,
      kind: 'friend' as const,
      name: nameOfUser(user),
      also: handleOf(user),
      detail: `@${handleOf(user)} · friend`,
      space: '',
      user,
      unread: 0,
      mentions: 0,
    }));
  return [...talks, ...friends];
}

/** Searches destinations by words, their beginnings, and with a typing error in longer ones. */
export function searchDestinations(all: readonly Destination[]): (query: string) => Destination[] {
  const index = new MiniSearch<Destination>({
    fields: ['name', 'also'],
    tokenize: (text) => text.split(/[\s\-_.·@#]+/u).filter(Boolean),
    searchOptions: {
      prefix: true,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      boost: { name: 3 },
      combineWith: 'AND',
    },
  });
  index.addAll([...all]);
  const byId = new Map(all.map((one) => [one.id, one]));
  const kinds = new Map([
    ['#', ['channel']],
    ['@', ['direct', 'friend', 'person']],
    ['*', ['space']],
  ]);
  return (query) => {
    const kind = kinds.get(query[0] ?? '');
    const words = kind ? query.slice(1) : query;
    const mayBe = (one: Destination) => !kind || kind.includes(one.kind);
    if (!words.trim()) {
      const waiting = all.filter(
        (one) => mayBe(one) && (kind !== undefined || one.kind === 'channel' || one.kind === 'direct'),
      );
      return waiting
        .sort((a, b) => b.mentions - a.mentions || Number(b.unread > 0) - Number(a.unread > 0))
        .slice(0, 20);
    }
    return index
      .search(words)
      .map((found) => byId.get(found.id as string)!)
      .filter(mayBe)
      .slice(0, 20);
  };
}
