import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { GatewayEvent } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { call } from '../session/api.ts';
import { onAnyEvent } from '../session/live.ts';
import { type Asked, changeResults } from './result-events.ts';

export interface Results extends Asked {
  messages: readonly Message[];
  /** Where the next page begins. */
  next: string | null;
  /** What is older was not searched completely. */
  backTo: number | null;
}

interface Wish {
  signal: AbortSignal;
  /** How many results are wanted, as far as there are so many. */
  atLeast?: number;
  /** The homeserver asks the hubs for older messages first. */
  deeper?: boolean;
}

const pageSize = 25;

/** For each question under way what happened since it was asked. */
const underWay = new Set<GatewayEvent[]>();
onAnyEvent((event) => {
  for (const events of underWay) events.push(event);
});

/** Asks from the newest result on. */
export function firstPages(asked: Asked, wish: Wish): Promise<Results> {
  return pages({ ...asked, messages: [], next: null, backTo: null }, wish);
}

/** Asks for the page after the results; it comes without them. */
export function nextPage(results: Results, signal: AbortSignal): Promise<Results> {
  return pages({ ...results, messages: [] }, { signal });
}

async function pages(from: Results, { signal, atLeast = 1, deeper }: Wish): Promise<Results> {
  const events: GatewayEvent[] = [];
  underWay.add(events);
  try {
    let results = await page(from, signal, deeper);
    while (results.next !== null && results.messages.length < atLeast) results = await page(results, signal);
    return { ...results, messages: events.reduce((list, event) => changeResults(list, event, from), results.messages) };
  } finally {
    underWay.delete(events);
  }
}

async function page(before: Results, signal: AbortSignal, deeper?: boolean): Promise<Results> {
  const query = {
    ...before.query,
    limit: pageSize,
    ...(before.next === null ? {} : { after: before.next }),
    ...(deeper ? { deeper } : {}),
  };
  const { messages, next, back_to: backTo } = await call(searchMessages, { query, signal });
  return { ...before, messages: joined(before.messages, messages), next, backTo };
}

/** Results with those that come after them, each once. */
export function joined(before: readonly Message[], after: readonly Message[]): readonly Message[] {
  const seen = new Set(before.map(keyOf));
  return [...before, ...after.filter((one) => !seen.has(keyOf(one)))];
}

/** A position says nothing without its channel. */
export function keyOf({ channel, id }: Pick<Message, 'channel' | 'id'>): string {
  return `${channel}:${id}`;
}
