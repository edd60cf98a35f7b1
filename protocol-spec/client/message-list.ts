import type { GatewayEvent } from '../schemas/gateway/events.ts';
import type { Message } from '../schemas/objects.ts';

/** A message on its way: it keeps its intent through every attempt, so that it is sent once. */
export interface PendingMessage {
  intent: string;
  content: string;
  reply_to: string | null;
  /** When the user sent it, by the clock of the device. */
  ts: number;
  /** `waiting`: taken by the homeserver, which hands it on as soon as the hub can be reached. */
  state: 'sending' | 'waiting' | 'failed';
  /** Code of the refusal, and milliseconds to wait, of the last attempt. */
  failure?: { code: string; retry?: number };
}

/** What a client holds of one channel: one run of messages without a hole, and what is on its way. */
export interface MessageList {
  /** Oldest first. */
  messages: readonly Message[];
  more_before: boolean;
  /** There are newer ones that are not here: live messages are not added until they are. */
  more_after: boolean;
  pending: readonly PendingMessage[];
  /** Loads under way, each with what happened since it was asked for. */
  loads: readonly Load[];
  /** Messages whose reactions may be counted wrongly: ask for them again with `startLoad` and `takeMessage`. */
  stale: readonly string[];
}

export interface Load {
  id: number;
  events: readonly GatewayEvent[];
}

export const emptyMessageList: MessageList = {
  messages: [],
  more_before: true,
  more_after: true,
  pending: [],
  loads: [],
  stale: [],
};
