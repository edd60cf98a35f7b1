import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { channelOf } from '@folkmoot/protocol-spec/client/message-events.ts';
import {
  applyMessageEvent,
  confirmPending,
  discardPending,
  endLoad,
  failPending,
  type Place,
  sendPending,
  startLoad,
  takeMessage,
  takePage,
  trimMessages,
  waitPending,
} from '@folkmoot/protocol-spec/client/messages.ts';
import {
  emptyMessageList,
  type MessageList,
  type PendingMessage,
} from '@folkmoot/protocol-spec/client/message-list.ts';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { getMessage, listMessages, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { PendingIntent } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { connection, onAnyEvent, onEvent, onOpened } from '../session/live.ts';
import { noteActive } from '../people/activity.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace, myId } from '../spaces/world.ts';
import { waitingIn } from './waiting.ts';
import { noteSent, noteSlowMode } from './slow-mode.ts';

/** What a change of the list was: rows that came before all others keep the position from the end. */
export type Change = 'before' | 'replaced' | 'other';

interface State {
  list: MessageList;
  change: Change;
  /** Grows with each replacement: the view starts anew then. */
  epoch: number;
}

const pageSize = 50;
const settleMs = 3_000;
const keptMessages = 400;
const keptChannels = 12;

/** The messages of one channel, and what is on its way to it. */
export class ChannelMessages {
  readonly space: string;
  readonly channel: string;
  readonly state: () => State;
  readonly loading: () => Place | undefined;
  readonly problem: () => unknown;
  /** Where the reader is; set by the view, for when everything has to be loaded anew. */
  anchor: () => string | undefined = () => undefined;
  readonly #setState: (state: State) => void;
  readonly #setLoading: (place: Place | undefined) => void;
  readonly #setProblem: (problem: unknown) => void;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(space: string, channel: string) {
    this.space = space;
    this.channel = channel;
    const [state, setState] = createSignal<State>({ list: emptyMessageList, change: 'replaced', epoch: 0 });
    const [loading, setLoading] = createSignal<Place>();
    const [problem, setProblem] = createSignal<unknown>();
    this.state = state;
    this.loading = loading;
    this.problem = problem;
    this.#setState = setState;
    this.#setLoading = setLoading;
    this.#setProblem = (value) => setProblem(() => value);
  }

  get list(): MessageList {
    return this.state().list;
  }

  apply(change: (list: MessageList) => MessageList, how: Change = 'other'): void {
    const before = this.state();
    const list = change(before.list);
    if (list !== before.list) this.#setState({ list, change: how, epoch: before.epoch + (how === 'replaced' ? 1 : 0) });
  }

  openNewest(): Promise<boolean> {
    return this.#load('replace', {});
  }

  openAround(message: string): Promise<boolean> {
    return this.#load('replace', { around: message });
  }

  loadBefore(): Promise<boolean> {
    const first = this.list.messages[0];
    return first && this.list.more_before ? this.#load('before', { before: first.id }) : Promise.resolve(false);
  }

  loadAfter(): Promise<boolean> {
    const last = this.list.messages.at(-1);
    return last && this.list.more_after ? this.#load('after', { after: last.id }) : Promise.resolve(false);
  }

  /** Lets go of old messages while somebody reads the newest ones. */
  trim(): void {
    if (this.list.messages.length > keptMessages * 1.5)
      this.apply((list) => trimMessages(list, keptMessages, 'before'), 'before');
  }

  async #load(place: Place, where: { before?: string; after?: string; around?: string }): Promise<boolean> {
    if (this.loading() && place !== 'replace') return false;
    const started = startLoad(this.list);
    this.apply(() => started.list);
    this.#setLoading(place);
    this.#setProblem(undefined);
    try {
      const page = await call(listMessages, {
        params: { space: this.space, channel: this.channel },
        query: { ...where, limit: pageSize },
      });
      const how = place === 'replace' ? 'replaced' : place === 'before' ? 'before' : 'other';
      this.apply((list) => takePage(list, started.load, page, place, myId()), how);
      const newest = page.messages.at(-1);
      if (newest && !page.more_after && isDirect(findSpace(this.space))) noteActive(this.space, newest.ts);
      for (const id of this.list.stale) void this.#askAgain(id);
      return true;
    } catch (error) {
      this.apply((list) => endLoad(list, started.load));
      this.#setProblem(error);
      return false;
    } finally {
      this.#setLoading(undefined);
    }
  }

  async #askAgain(message: string): Promise<void> {
    const started = startLoad(this.list);
    this.apply(() => started.list);
    try {
      const found = await call(getMessage, { params: { space: this.space, channel: this.channel, message } });
      this.apply((list) => takeMessage(list, started.load, found, myId()));
    } catch {
      this.apply((list) => endLoad(list, started.load));
    }
  }

  /** Shows the message at once and sends it after those before it. */
  send(content: string, replyTo: string | null): void {
    this.#send({ intent: newIntentId(), content, reply_to: replyTo, ts: Date.now() });
  }

  retry(pending: PendingMessage): void {
    const { intent, content, reply_to } = pending;
    this.#send({ intent, content, reply_to, ts: Date.now() });
  }

  discard(intent: string): void {
    this.apply((list) => discardPending(list, intent));
  }

  #send(message: Omit<PendingMessage, 'state' | 'failure'>): void {
    this.apply((list) => sendPending(list, message));
    this.#sending = this.#sending.then(() => this.#deliver(message));
  }

  async #deliver({ intent, content, reply_to }: Omit<PendingMessage, 'state' | 'failure'>): Promise<void> {
    try {
      const sent = await call(sendMessage, {
        params: { space: this.space, channel: this.channel },
        body: { content, nonce: intent, ...(reply_to ? { reply_to } : {}) },
      });
      noteSent(this.channel);
      this.apply((list) => confirmPending(list, { ...sent, intent }));
    } catch (error) {
      const failure =
        error instanceof ApiError
          ? { code: error.code, ...(error.retry === undefined ? {} : { retry: error.retry }) }
          : { code: 'internal' };
      if (failure.code === 'pending') return this.wait({ intent, content, reply_to, ts: Date.now() });
      if (failure.code === 'slow_mode' && failure.retry) noteSlowMode(this.channel, failure.retry);
      this.apply((list) => failPending(list, intent, failure));
    }
  }

  /** A message that the homeserver keeps until the hub is back. */
  wait(message: Omit<PendingMessage, 'state' | 'failure'>): void {
    this.apply((list) => waitPending(list, message));
  }

  /** What became of a message that waited. One that was taken comes as an event, or is asked for where that was missed. */
  settled(intent: string, code: string | undefined): void {
    const waited = () => this.list.pending.find((old) => old.intent === intent && old.state === 'waiting');
    if (code !== undefined) this.apply((list) => (waited() ? failPending(list, intent, { code }) : list));
    else setTimeout(() => waited() && this.retry(waited()!), settleMs);
  }

  /** Sends again what only the network stopped. */
  retryAfterOutage(): void {
    for (const pending of this.list.pending) {
      if (pending.state === 'failed' && pending.failure?.code === 'network') this.retry(pending);
    }
  }

  /** After an outage that could not be resumed: the same place, loaded anew. */
  refresh(): void {
    const anchor = this.list.more_after ? this.anchor() : undefined;
    void (anchor ? this.openAround(anchor) : this.openNewest());
  }
}

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
  for (const waiting of waitingIn(channel)) messages.wait(messageOf(waiting));
  return messages;
}

function messageOf({ intent, content, message, ts }: PendingIntent): Omit<PendingMessage, 'state' | 'failure'> {
  return { intent, content: content ?? '', reply_to: message ?? null, ts };
}

/** Forgets everything, at log-out. */
export function forgetMessages(): void {
  open.clear();
}

onOpened(() => {
  for (const messages of open.values()) {
    messages.refresh();
    messages.retryAfterOutage();
    const waiting = waitingIn(messages.channel);
    for (const one of waiting) messages.wait(messageOf(one));
    // What waits no more was taken or refused meanwhile: sent again under its intent, it tells which.
    for (const { intent, state } of messages.list.pending)
      if (state === 'waiting' && !waiting.some((one) => one.intent === intent)) messages.settled(intent, undefined);
  }
});

onEvent('intent.pending', (one) => {
  if (one.type === 'message.create') open.get(one.channel ?? '')?.wait(messageOf(one));
});
onEvent('intent.settled', ({ intent, ok, code }) => {
  for (const messages of open.values()) messages.settled(intent, ok ? undefined : (code ?? 'internal'));
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
  if (connection() === 'ready') for (const messages of open.values()) messages.retryAfterOutage();
}
