import { channelOf } from '@folkmoot/protocol-spec/client/message-events.ts';
import { applyMessageEvent } from '@folkmoot/protocol-spec/client/messages.ts';
import type { PendingIntent } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { connection, onAnyEvent, onEvent, onOpened } from '../session/live.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace, myId } from '../spaces/world.ts';
import { ChannelMessages } from './channel-messages.ts';
import type { Outgoing } from './send-queue.ts';
import { waitingIn } from './waiting.ts';

const keptChannels = 12;

const open = new Map<string, ChannelMessages>();

/** Messages of a channel; those of the channels one was in last are kept. */
export function messagesOf(space: string, channel: string): ChannelMessages {
  const found = open.get(channel) ?? openChannel(space, channel);
  open.delete(channel);
  open.set(channel, found);
  for (const [id, messages] of open) {
    if (open.size <= keptChannels) break;
    if (id !== channel && messages.list.pending.length === 0) open.delete(id);
  }
  return found;
}

function openChannel(space: string, channel: string): ChannelMessages {
  const messages = new ChannelMessages(space, channel);
  for (const waiting of waitingIn(channel)) messages.queue.wait(messageOf(waiting));
  return messages;
}

function messageOf({ intent, content, message, ts }: PendingIntent): Outgoing {
  return { intent, content: content ?? '', reply_to: message ?? null, ts };
}

/** Forgets everything, at log-out. */
export function forgetMessages(): void {
  open.clear();
}

onOpened(() => {
  for (const messages of open.values()) {
    messages.refresh();
    messages.queue.retryAfterOutage();
    const waiting = waitingIn(messages.channel);
    for (const one of waiting) messages.queue.wait(messageOf(one));
    // What waits no more was taken or refused meanwhile: sent again under its intent, it tells which.
    for (const { intent, state } of messages.list.pending)
      if (state === 'waiting' && !waiting.some((one) => one.intent === intent))
        messages.queue.settled(intent, undefined);
  }
});

onEvent('intent.pending', (one) => {
  if (one.type === 'message.create') open.get(one.channel ?? '')?.queue.wait(messageOf(one));
});
onEvent('intent.settled', ({ intent, ok, code }) => {
  for (const messages of open.values()) messages.queue.settled(intent, ok ? undefined : (code ?? 'internal'));
});

onAnyEvent((event) => {
  if (event.t === 'user.updated') {
    for (const messages of open.values()) messages.apply((list) => applyMessageEvent(list, event, myId()));
    return;
  }
  const channel = channelOf(event)?.channel;
  const messages = channel === undefined ? undefined : open.get(channel);
  messages?.apply((list) => applyMessageEvent(list, event, myId()));
});

// What somebody writes directly is there or not with the block.
const blocked = new Set<string>();
onOpened(({ relationships }) => {
  blocked.clear();
  for (const one of relationships ?? []) if (one.kind === 'blocked') blocked.add(one.user.id);
});
onEvent('relationship.updated', ({ relationship: { user, kind } }) => {
  const was = blocked.has(user.id);
  if (kind === 'blocked') blocked.add(user.id);
  else blocked.delete(user.id);
  if (was !== blocked.has(user.id)) refreshDirects();
});
onEvent('relationship.removed', ({ user }) => blocked.delete(user) && refreshDirects());

function refreshDirects(): void {
  for (const messages of open.values()) if (isDirect(findSpace(messages.space))) messages.refresh();
}

addEventListener('online', retryAll);

/** Sends again what the network stopped, once it is back. */
export function retryAll(): void {
  if (connection() === 'ready') for (const messages of open.values()) messages.queue.retryAfterOutage();
}
