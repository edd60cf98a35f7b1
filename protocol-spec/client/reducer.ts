import type { GatewayEvent, GatewayEventData, GatewayEventName, OpeningState } from '../schemas/gateway/events.ts';
import { comparePositions } from '../schemas/ids.ts';
import { limits } from '../schemas/limits.ts';
import type { ChannelView, Message, ReadState, Space } from '../schemas/objects.ts';
import type { UserSummary } from '../schemas/people.ts';
import type { VoiceState } from '../schemas/voice-state.ts';
import {
  compareChannels,
  compareVoices,
  compareRelationships,
  compareRequests,
  compareRoles,
  compareSpaces,
} from './order.ts';

type Change<T extends GatewayEventName> = (state: OpeningState, data: GatewayEventData<T>) => OpeningState;

/**
 * The reference reducer: opening state + the events that follow it = what a fresh opening state would say. [GW-7]
 * Pure; gives back the same objects where nothing changed. An event it does not know changes nothing.
 */
export function applyEvent(state: OpeningState, event: GatewayEvent): OpeningState {
  const change = changes.get(event.t) as Change<GatewayEventName> | undefined;
  return change ? change(state, event.d) : state;
}

const changes = new Map<string, unknown>(
  Object.entries({
    'space.joined': (state, { space }) => ({
      ...state,
      spaces: sorted([...without(state.spaces, space.id), space], compareSpaces),
    }),
    'space.left': (state, data) =>
      inSpace(state, data.space, () => ({ ...state, spaces: without(state.spaces, data.space) })),
    'space.updated': (state, data) =>
      changeSpace(state, data.space.id, ({ member_count: before, ...space }) => ({
        ...space,
        ...data.space,
        member_count: data.member_count ?? before,
      })),

    'space.hub': (state, data) =>
      changeSpace(state, data.space, (space) => {
        const changed: Space = { ...space, hub_state: data.state };
        if (data.state === 'here') delete changed.hub_state;
        return changed;
      }),

    'role.created': (state, { space, role }) =>
      changeRoles(state, space, (roles) => [...without(roles, role.id), role]),
    'role.updated': (state, { space, role }) =>
      changeRoles(state, space, (roles) => [...without(roles, role.id), role]),
    'role.deleted': (state, data) =>
      changeSpace(state, data.space, (space) => ({
        ...space,
        roles: without(space.roles, data.role),
        channels: space.channels.map((channel) => withoutOverride(channel, data.role)),
        me: { ...space.me, roles: space.me.roles.filter((role) => role !== data.role) },
      })),

    'channel.created': (state, { space, channel, view = nothingRead, voice = [] }) =>
      changeSpace(
        changeChannels(state, space, (channels) => [...without(channels, channel.id), { ...channel, view }]),
        space,
        (old) => withVoice(old, (known) => [...known.filter((one) => one.channel !== channel.id), ...voice]),
      ),
    'channel.updated': (state, { space, channel }) =>
      changeChannels(state, space, (channels) =>
        channels.map((old) => (old.id === channel.id ? { ...channel, view: old.view } : old)),
      ),
    'channel.deleted': (state, { space, channel }) =>
      changeSpace(
        changeChannels(state, space, (channels) => without(channels, channel)),
        space,
        (old) => withVoice(old, (known) => known.filter((one) => one.channel !== channel)),
      ),

    'member.joined': (state, { space, member }) => changeCount(state, space, member.user.id, 1),
    'member.left': (state, { space, user }) => changeCount(state, space, user, -1),
    'space.counted': (state, { space, by }) => changeSpace(state, space, (old) => withMore(old, by)),
    'member.updated': (state, { space, member }) =>
      member.user.id === state.account.id ? changeSpace(state, space, (old) => ({ ...old, me: member })) : state,

    'bot.granted': (state, { space, bot }) =>
      bot.user.id === state.account.id ? changeSpace(state, space, (old) => ({ ...old, grant: bot.grant })) : state,

    'message.created': (state, { message }) =>
      changeSpace(state, message.space, (space) =>
        changeView(space, message.channel, (view) => countMessage(view, message, space.me)),
      ),
    'read.updated': (state, { space, channel, view }) =>
      changeSpace(state, space, (old) => changeView(old, channel, () => view)),

    'voice.state': (state, { space, state: now }) =>
      changeSpace(state, space, (old) =>
        old.channels.some(({ id }) => id === now.channel)
          ? withVoice(old, (known) => [...known.filter(({ user }) => user.id !== now.user.id), now])
          : old,
      ),
    'voice.left': (state, { space, channel, user: left }) =>
      changeSpace(state, space, (old) =>
        withVoice(old, (known) => known.filter((one) => one.user.id !== left || one.channel !== channel)),
      ),

    'call.state': (state, { space, call }) => changeSpace(state, space, (old) => ({ ...old, call })),
    'call.ended': (state, { space, call: id }) =>
      changeSpace(state, space, ({ call, ...old }) => (call === undefined || call.id === id ? old : { ...old, call })),

    'user.updated': (before, { user }) => {
      const state = renameVoice(before, user);
      const renamed = renamePerson(state, user);
      return user.id === state.account.id
        ? { ...renameMe(renamed, user), account: { ...state.account, ...user } }
        : renamed;
    },
    'account.updated': (state, { account }) => {
      const me = { id: account.id, handle: account.handle, display_name: account.display_name };
      return { ...renameMe(renamePerson(state, me), me), account };
    },

    'space.people': (state, { space, people }) => changeSpace(state, space, (old) => ({ ...old, people })),
    'relationship.updated': (state, { relationship }) => ({
      ...state,
      relationships: sorted(
        [...withoutUser(state.relationships, relationship.user.id), relationship],
        compareRelationships,
      ),
    }),
    'relationship.removed': (state, { user }) => ({ ...state, relationships: withoutUser(state.relationships, user) }),
    'request.added': (state, { request }) => ({
      ...state,
      requests: sorted([...withoutRequest(state, request.space), request], compareRequests),
    }),
    'request.removed': (state, { space }) => ({ ...state, requests: withoutRequest(state, space) }),

    'intent.pending': (state, pending) => ({ ...state, pending: [...withoutIntent(state, pending.intent), pending] }),
    'intent.settled': (state, { intent }) =>
      state.pending.some((pending) => pending.intent === intent)
        ? { ...state, pending: withoutIntent(state, intent) }
        : state,
  } satisfies { [T in GatewayEventName]?: Change<T> }),
);

const nothingRead: ReadState = { last: null, read: null, unread: 0, mentions: 0 };

/** What a new message does to the marker of one member. [MSG-7] */
export function countMessage(
  view: ReadState,
  message: Pick<Message, 'id' | 'author' | 'mentions'>,
  me: Space['me'],
): ReadState {
  // A view that the homeserver computed later has counted this message already.
  if (comparePositions(message.id, view.last) <= 0) return view;
  if (message.author.id === me.user.id) return { last: message.id, read: message.id, unread: 0, mentions: 0 };
  return {
    last: message.id,
    read: view.read,
    unread: Math.min(view.unread + 1, limits.unreadShown),
    mentions: view.mentions + (mentionsMember(message.mentions, me) ? 1 : 0),
  };
}

/** Whether a message mentions this member: by name, by one of its roles, or as everyone. [MSG-9] */
export function mentionsMember(mentions: Message['mentions'], member: Pick<Space['me'], 'user' | 'roles'>): boolean {
  return (
    mentions.everyone ||
    mentions.users.includes(member.user.id) ||
    mentions.roles.some((role) => member.roles.includes(role))
  );
}

function inSpace(state: OpeningState, id: string, change: (space: Space) => OpeningState): OpeningState {
  const space = state.spaces.find((candidate) => candidate.id === id);
  return space ? change(space) : state;
}

function changeSpace(state: OpeningState, id: string, change: (space: Space) => Space): OpeningState {
  return inSpace(state, id, (space) => {
    const changed = change(space);
    return changed === space ? state : { ...state, spaces: state.spaces.map((old) => (old === space ? changed : old)) };
  });
}

function changeRoles(state: OpeningState, id: string, change: (roles: Space['roles']) => Space['roles']): OpeningState {
  return changeSpace(state, id, (space) => ({ ...space, roles: sorted(change(space.roles), compareRoles) }));
}

function changeChannels(
  state: OpeningState,
  id: string,
  change: (channels: ChannelView[]) => ChannelView[],
): OpeningState {
  return changeSpace(state, id, (space) => ({ ...space, channels: sorted(change(space.channels), compareChannels) }));
}

function changeView(space: Space, id: string, change: (view: ReadState) => ReadState): Space {
  const channel = space.channels.find((candidate) => candidate.id === id);
  if (!channel) return space;
  const view = change(channel.view);
  if (view === channel.view) return space;
  return { ...space, channels: space.channels.map((old) => (old === channel ? { ...channel, view } : old)) };
}

/** Whoever joins or leaves learns it as `space.joined` or `space.left`, with the count of that moment. */
function changeCount(state: OpeningState, id: string, user: string, by: 1 | -1): OpeningState {
  if (user === state.account.id) return state;
  return changeSpace(state, id, (space) => withMore(space, by));
}

const withMore = (space: Space, by: number): Space => ({
  ...space,
  member_count: Math.max(0, space.member_count + by),
});

/** Left out where nobody is in voice. */
function withVoice({ voice: known = [], ...space }: Space, change: (known: VoiceState[]) => VoiceState[]): Space {
  const voice = sorted(change(known), compareVoices);
  return voice.length === 0 ? space : { ...space, voice };
}

function renameVoice(state: OpeningState, user: UserSummary): OpeningState {
  const isIn = ({ voice = [] }: Space) => voice.some((one) => one.user.id === user.id);
  if (!state.spaces.some(isIn)) return state;
  const rename = (one: VoiceState) => (one.user.id === user.id ? { ...one, user } : one);
  return {
    ...state,
    spaces: state.spaces.map((space) => (isIn(space) ? withVoice(space, (known) => known.map(rename)) : space)),
  };
}

function renameMe(state: OpeningState, user: UserSummary): OpeningState {
  return { ...state, spaces: state.spaces.map((space) => ({ ...space, me: { ...space.me, user } })) };
}

/** Wherever somebody is named beside messages and member lists. */
function renamePerson(state: OpeningState, user: UserSummary): OpeningState {
  const rename = <T extends { user: UserSummary }>(items: T[]): T[] =>
    replaced(items, (item) => (item.user.id === user.id ? { ...item, user } : item));
  const spaces = replaced(state.spaces, (space) => {
    const people = space.people && rename(space.people);
    return people === space.people || people === undefined ? space : { ...space, people };
  });
  const relationships = rename(state.relationships);
  const requests = replaced(state.requests, (request) =>
    request.from.id === user.id ? { ...request, from: user } : request,
  );
  const isSame = spaces === state.spaces && relationships === state.relationships && requests === state.requests;
  return isSame ? state : { ...state, spaces, relationships, requests };
}

/** The same array where nothing in it was replaced. */
function replaced<T>(items: T[], replace: (item: T) => T): T[] {
  const after = items.map(replace);
  return after.every((item, index) => item === items[index]) ? items : after;
}

function withoutUser<T extends { user: UserSummary }>(items: readonly T[], user: string): T[] {
  return items.filter((item) => item.user.id !== user);
}

function withoutRequest(state: OpeningState, space: string): OpeningState['requests'] {
  return state.requests.filter((request) => request.space !== space);
}

function withoutOverride(channel: ChannelView, target: string): ChannelView {
  const overrides = channel.overrides.filter((override) => override.target !== target);
  return overrides.length === channel.overrides.length ? channel : { ...channel, overrides };
}

function without<T extends { id: string }>(items: readonly T[], id: string): T[] {
  return items.filter((item) => item.id !== id);
}

function withoutIntent({ pending }: OpeningState, intent: string): OpeningState['pending'] {
  return pending.filter((candidate) => candidate.intent !== intent);
}

function sorted<T>(items: T[], compare: (a: T, b: T) => number): T[] {
  return items.sort(compare);
}
