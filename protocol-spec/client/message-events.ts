import type { GatewayEvent, GatewayEventData } from '../schemas/gateway/events.ts';
import { comparePositions } from '../schemas/ids.ts';
import type { Message } from '../schemas/objects.ts';
import type { UserSummary } from '../schemas/people.ts';
import type { MessageList } from './message-list.ts';

/**
 * What an event changes in a run of messages. `again`: the run may have been read after the event happened. Everything but a
 * reaction can be applied twice; the message of a reaction is noted as stale instead.
 */
export function changeMessages(list: MessageList, event: GatewayEvent, me: string, again: boolean): MessageList {
  switch (event.t) {
    case 'message.created': {
      const kept = withoutOrphanOf(list, event.d.message);
      return kept.more_after ? kept : insertMessage(kept, event.d.message);
    }
    case 'stream.forked':
      return orphan(list, event.d);
    case 'message.updated': {
      const { message, content, edited, mentions } = event.d;
      return changeMessage(list, message, (old) =>
        old.edited !== null && old.edited > edited ? old : { ...old, content, edited, mentions },
      );
    }
    case 'message.deleted': {
      const deleted = new Set(event.d.messages);
      const messages = list.messages.filter(({ id }) => !deleted.has(id));
      return messages.length === list.messages.length ? list : { ...list, messages };
    }
    case 'reaction.added':
    case 'reaction.removed': {
      const { message, emoji, user } = event.d;
      if (again) return noteStale(list, message);
      const by = event.t === 'reaction.added' ? 1 : -1;
      return changeMessage(list, message, (old) => ({
        ...old,
        reactions: countReaction(old.reactions, emoji, by, user === me),
      }));
    }
    case 'pin.added':
    case 'pin.removed':
      return changeMessage(list, event.d.message, (old) => ({ ...old, pinned: event.t === 'pin.added' }));
    case 'user.updated':
      return renameAuthor(list, event.d.user);
    default:
      return list;
  }
}

/** Channel whose messages an event concerns; positions say nothing without it. */
export function channelOf({ t, d }: GatewayEvent): { space: string; channel: string } | undefined {
  if (t === 'message.created') return { space: d.message.space, channel: d.message.channel };
  return 'channel' in d && typeof d.channel === 'string' ? { space: d.space, channel: d.channel } : undefined;
}

/** Puts a message where its position says; one that is there already stays as it is. */
export function insertMessage(list: MessageList, message: Message): MessageList {
  const { messages } = list;
  let at = messages.length;
  while (at > 0 && comparePositions(messages[at - 1]!.id, message.id) > 0) at--;
  if (messages[at - 1]?.id === message.id) return list;
  return { ...list, messages: [...messages.slice(0, at), message, ...messages.slice(at)] };
}

/** What was lost and said again is there once. */
function withoutOrphanOf(list: MessageList, { intent, author }: Message): MessageList {
  const isCopy = (old: Message) => old.orphaned && old.intent === intent && old.author.id === author.id;
  return intent !== undefined && list.messages.some(isCopy)
    ? { ...list, messages: list.messages.filter((old) => !isCopy(old)) }
    : list;
}

/** What was lost may have been edits and reactions, too: messages that have some are asked for again. */
function orphan(list: MessageList, { fork, start, lost }: GatewayEventData<'stream.forked'>): MessageList {
  if (lost === 0) return list;
  const isLost = ({ id }: Message) => comparePositions(id, fork) > 0 && comparePositions(id, start) < 0;
  const messages = list.messages.map((message) =>
    isLost(message) ? { ...message, orphaned: true as const, pinned: false } : message,
  );
  const changed = messages.filter((message) => !message.orphaned && (message.edited || message.reactions.length > 0));
  return { ...list, messages, stale: [...new Set([...list.stale, ...changed.map(({ id }) => id)])] };
}

function changeMessage(list: MessageList, id: string, change: (message: Message) => Message): MessageList {
  const at = list.messages.findIndex((message) => message.id === id);
  if (at < 0) return list;
  return { ...list, messages: list.messages.with(at, change(list.messages[at]!)) };
}

function noteStale(list: MessageList, id: string): MessageList {
  const here = list.messages.some((message) => message.id === id) && !list.stale.includes(id);
  return here ? { ...list, stale: [...list.stale, id] } : list;
}

function renameAuthor(list: MessageList, user: UserSummary): MessageList {
  if (!list.messages.some(({ author }) => author.id === user.id)) return list;
  const messages = list.messages.map((message) =>
    message.author.id === user.id ? { ...message, author: user } : message,
  );
  return { ...list, messages };
}

/** The order is that of the first reaction with each emoji. [MSG-5] */
function countReaction(
  reactions: Message['reactions'],
  emoji: string,
  by: 1 | -1,
  mine: boolean,
): Message['reactions'] {
  const old = reactions.find((reaction) => reaction.emoji === emoji);
  if (!old) return by > 0 ? [...reactions, { emoji, count: 1, me: mine }] : reactions;
  const count = old.count + by;
  if (count === 0) return reactions.filter((reaction) => reaction !== old);
  const changed = { emoji, count, me: mine ? by > 0 : old.me };
  return reactions.map((reaction) => (reaction === old ? changed : reaction));
}
