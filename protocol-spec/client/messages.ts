import type { GatewayEvent } from '../schemas/gateway/events.ts';
import { comparePositions } from '../schemas/ids.ts';
import type { Message } from '../schemas/objects.ts';
import { changeMessages, insertMessage } from './message-events.ts';
import { emptyMessageList, type MessageList, type PendingMessage } from './message-list.ts';

export interface MessagePage {
  messages: readonly Message[];
  more_before: boolean;
  more_after: boolean;
}

/** `replace`: newest page, or around a message. `before` and `after`: next to what is there. */
export type Place = 'replace' | 'before' | 'after';

/** To be called before a page or a message is asked for: what happens meanwhile is applied to the answer. */
export function startLoad(list: MessageList): { list: MessageList; load: number } {
  const load = Math.max(0, ...list.loads.map(({ id }) => id)) + 1;
  return { list: { ...list, loads: [...list.loads, { id: load, events: [] }] }, load };
}

/** A load that failed or is no longer wanted. */
export function endLoad(list: MessageList, load: number): MessageList {
  return { ...list, loads: list.loads.filter(({ id }) => id !== load) };
}

/** Takes a page; one that was asked for before the list was replaced is dropped. */
export function takePage(list: MessageList, load: number, page: MessagePage, place: Place, me: string): MessageList {
  const events = eventsOf(list, load);
  if (!events) return list;
  const more_after = place === 'before' || page.more_after;
  const fresh = replay({ ...emptyMessageList, messages: page.messages, more_after }, events, me);
  const taken = { ...endLoad(list, load), stale: [...list.stale, ...fresh.stale] };
  if (place === 'replace') {
    const { messages, stale } = fresh;
    return settle({ ...taken, messages, stale, more_before: page.more_before, more_after, loads: [] }, messages);
  }
  const known = new Set(list.messages.map(({ id }) => id));
  const added = fresh.messages.filter(({ id }) => !known.has(id));
  if (place === 'before') return { ...taken, messages: [...added, ...list.messages], more_before: page.more_before };
  return settle({ ...taken, messages: [...list.messages, ...added], more_after }, added);
}

/** Takes one message that was asked for again. */
export function takeMessage(list: MessageList, load: number, message: Message, me: string): MessageList {
  const events = eventsOf(list, load);
  if (!events) return list;
  const fresh = replay({ ...emptyMessageList, messages: [message] }, events, me);
  const [current] = fresh.messages;
  return {
    ...endLoad(list, load),
    messages: list.messages.map((old) => (current && old.id === current.id ? current : old)),
    stale: [...list.stale.filter((id) => id !== message.id), ...fresh.stale],
  };
}

function eventsOf(list: MessageList, load: number): readonly GatewayEvent[] | undefined {
  return list.loads.find(({ id }) => id === load)?.events;
}

function replay(list: MessageList, events: readonly GatewayEvent[], me: string): MessageList {
  return events.reduce<MessageList>((old, event) => changeMessages(old, event, me, true), list);
}

/** Applies an event of this channel, or a new name of an author. */
export function applyMessageEvent(list: MessageList, event: GatewayEvent, me: string): MessageList {
  const loads = list.loads.map((load) => ({ ...load, events: [...load.events, event] }));
  const changed = changeMessages(loads.length > 0 ? { ...list, loads } : list, event, me, false);
  return event.t === 'message.created' ? settle(changed, [event.d.message]) : changed;
}

/** Whether the newest message of the channel is missing although nothing newer should be: then load the newest page. */
export function hasGap(list: MessageList, last: string | null): boolean {
  return !list.more_after && comparePositions(list.messages.at(-1)?.id ?? null, last) < 0;
}

/** Lets go of messages far from what is in view, at most `keep` stay. */
export function trimMessages(list: MessageList, keep: number, side: 'before' | 'after'): MessageList {
  if (list.messages.length <= keep) return list;
  return side === 'before'
    ? { ...list, messages: list.messages.slice(-keep), more_before: true }
    : { ...list, messages: list.messages.slice(0, keep), more_after: true };
}

/** A message is on its way, for the first time or again. */
export function sendPending(list: MessageList, message: Omit<PendingMessage, 'state' | 'failure'>): MessageList {
  const others = list.pending.filter(({ intent }) => intent !== message.intent);
  return { ...list, pending: [...others, { ...message, state: 'sending' }] };
}

/** The answer to a message that was sent; its event may have come before. */
export function confirmPending(list: MessageList, message: Message): MessageList {
  return settle(list.more_after ? list : insertMessage(list, message), [message]);
}

export function failPending(list: MessageList, intent: string, failure: { code: string; retry?: number }): MessageList {
  return {
    ...list,
    pending: list.pending.map((old) => (old.intent === intent ? { ...old, state: 'failed', failure } : old)),
  };
}

/** A message that waits at the homeserver, from this device or another one; one that has arrived meanwhile does not. */
export function waitPending(list: MessageList, message: Omit<PendingMessage, 'state' | 'failure'>): MessageList {
  if (list.messages.some(({ intent }) => intent === message.intent)) return list;
  const known = list.pending.find(({ intent }) => intent === message.intent);
  if (known?.state === 'waiting') return list;
  const waiting: PendingMessage = { ...message, reply_to: known?.reply_to ?? message.reply_to, state: 'waiting' };
  const pending = known ? list.pending.map((old) => (old === known ? waiting : old)) : [...list.pending, waiting];
  return { ...list, pending };
}

export function discardPending(list: MessageList, intent: string): MessageList {
  return { ...list, pending: list.pending.filter((old) => old.intent !== intent) };
}

/** What has arrived is no longer on its way. */
function settle(list: MessageList, arrived: readonly Message[]): MessageList {
  if (list.pending.length === 0) return list;
  const intents = new Set(arrived.map(({ intent }) => intent));
  const pending = list.pending.filter(({ intent }) => !intents.has(intent));
  return pending.length === list.pending.length ? list : { ...list, pending };
}
