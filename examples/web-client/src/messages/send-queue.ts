import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import type { MessageList, PendingMessage } from '@folkmoot/protocol-spec/client/message-list.ts';
import {
  confirmPending,
  discardPending,
  failPending,
  sendPending,
  waitPending,
} from '@folkmoot/protocol-spec/client/messages.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { call } from '../session/api.ts';
import { noteSent, noteSlowMode } from './slow-mode.ts';

export type Outgoing = Omit<PendingMessage, 'state' | 'failure'>;

const settleMs = 3_000;

/** What somebody sends to one channel: one after the other, again where that helps, and until it is known what became of it. */
export class SendQueue {
  readonly #place: { space: string; channel: string };
  readonly #pending: () => readonly PendingMessage[];
  readonly #apply: (change: (list: MessageList) => MessageList) => void;
  #sending: Promise<unknown> = Promise.resolve();

  /** `pending` is what the list shows as on its way; `apply` changes the list. */
  constructor(
    place: { space: string; channel: string },
    pending: () => readonly PendingMessage[],
    apply: (change: (list: MessageList) => MessageList) => void,
  ) {
    this.#place = place;
    this.#pending = pending;
    this.#apply = apply;
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
    this.#apply((list) => discardPending(list, intent));
  }

  #send(message: Outgoing): void {
    this.#apply((list) => sendPending(list, message));
    this.#sending = this.#sending.then(() => this.#deliver(message));
  }

  async #deliver({ intent, content, reply_to }: Outgoing): Promise<void> {
    try {
      const sent = await call(sendMessage, {
        params: this.#place,
        body: { content, nonce: intent, ...(reply_to ? { reply_to } : {}) },
      });
      noteSent(this.#place.channel);
      this.#apply((list) => confirmPending(list, { ...sent, intent }));
    } catch (error) {
      const failure =
        error instanceof ApiError
          ? { code: error.code, ...(error.retry === undefined ? {} : { retry: error.retry }) }
          : { code: 'internal' };
      if (failure.code === 'pending') return this.wait({ intent, content, reply_to, ts: Date.now() });
      if (failure.code === 'slow_mode' && failure.retry) noteSlowMode(this.#place.channel, failure.retry);
      this.#apply((list) => failPending(list, intent, failure));
    }
  }

  /** A message that the homeserver keeps until the hub is back. */
  wait(message: Outgoing): void {
    this.#apply((list) => waitPending(list, message));
  }

  /** What became of a message that waited. One that was taken comes as an event, or is asked for where that was missed. */
  settled(intent: string, code: string | undefined): void {
    const waited = () => this.#pending().find((old) => old.intent === intent && old.state === 'waiting');
    if (code !== undefined) this.#apply((list) => (waited() ? failPending(list, intent, { code }) : list));
    else setTimeout(() => waited() && this.retry(waited()!), settleMs);
  }

  /** Sends again what only the network stopped. */
  retryAfterOutage(): void {
    for (const pending of this.#pending()) {
      if (pending.state === 'failed' && pending.failure?.code === 'network') this.retry(pending);
    }
  }
}
