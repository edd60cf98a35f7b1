import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Refusal } from '../base/errors.ts';
import { hiddenFrom } from '../relationships/blocks.ts';
import type { ChannelStanding } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import { asReadBy } from './withheld.ts';
import {
  type AuthoredRow,
  type ChannelKey,
  messagesAfter,
  messagesBefore,
  messagesNotBy,
  messagesOf,
} from './message-store.ts';

const NEWEST = { epoch: 999_999_999, seq: 0 };

export interface PageQuery {
  before?: string;
  after?: string;
  around?: string;
  limit?: number;
}

export interface MessagesPage {
  messages: Message[];
  more_before: boolean;
  more_after: boolean;
}

/** A page of history, oldest first. It costs the same however old it is. [MSG-2] */
export async function messagesPage(
  reader: Reader,
  key: ChannelKey,
  standing: ChannelStanding,
  query: PageQuery,
): Promise<MessagesPage> {
  const { before, after, around, limit = limits.defaultPageSize } = query;
  if ([before, after, around].filter((given) => given !== undefined).length > 1) {
    throw new Refusal('invalid_query', { expected: 'one of before, after and around' });
  }
  const { stream_no } = standing.row;
  const hidden = await hiddenFrom(reader, standing.space.kind, standing.user);
  const older = async (place: { epoch: number; seq: number }, count: number) => {
    const from = { stream_no, ...place, limit: count + 1 };
    const rows = hidden
      ? await reader.select(messagesNotBy(hidden, from, 'before'))
      : await reader.all(messagesBefore, from);
    return rows.reverse();
  };
  const newer = (place: { epoch: number; seq: number }, count: number) => {
    const from = { stream_no, ...place, limit: count + 1 };
    return hidden ? reader.select(messagesNotBy(hidden, from, 'after')) : reader.all(messagesAfter, from);
  };

  let rows: AuthoredRow[];
  let more_before = false;
  let more_after = false;
  if (around !== undefined) {
    const place = positionOf(around);
    const half = Math.floor(limit / 2);
    const left = await older(place, half);
    // From the place itself on: it is the first one after the place before it.
    const right = await newer({ epoch: place.epoch, seq: place.seq - 1 }, limit - half);
    more_before = left.length > half;
    more_after = right.length > limit - half;
    rows = [...left.slice(more_before ? 1 : 0), ...right.slice(0, limit - half)];
  } else if (after !== undefined) {
    rows = await newer(positionOf(after), limit);
    more_after = rows.length > limit;
    more_before = true;
    rows = rows.slice(0, limit);
  } else {
    rows = await older(before === undefined ? NEWEST : positionOf(before), limit);
    more_before = rows.length > limit;
    more_after = before !== undefined;
    rows = rows.slice(more_before ? 1 : 0);
  }
  const messages = asReadBy(standing, await messagesOf(reader, key, rows, standing.user));
  return { messages, more_before, more_after };
}
