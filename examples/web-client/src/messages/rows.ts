import type { MessageList, PendingMessage } from '@folkmoot/protocol-spec/client/message-list.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { dayOf } from '../ui/time.ts';

export interface Row {
  key: string;
  message?: Message;
  pending?: PendingMessage;
  /** Shows who writes; else the row belongs to the one above. */
  head: boolean;
  /** Start of a day that begins with this row. */
  day?: number;
  /** The first one that was not read when the channel was opened. */
  firstNew: boolean;
  /** The first one of the channel. */
  first: boolean;
}

const groupedMs = 7 * 60_000;

/** Rows of the list: messages of one person within some minutes stand together; a day and what is new begin with a line. */
export function rowsOf(list: MessageList, readBefore: string | null | undefined, me: string): Row[] {
  const rows: Row[] = [];
  let before: { author: string; ts: number } | undefined;
  let foundNew = readBefore === undefined;
  const add = (key: string, author: string, ts: number, rest: Partial<Row> & { isReply: boolean; id?: string }) => {
    const { isReply, id, ...row } = rest;
    const newDay = !before || dayOf(before.ts) !== dayOf(ts);
    const isNew = !foundNew && id !== undefined && author !== me && comparePositions(id, readBefore ?? null) > 0;
    // At the top of what was loaded nobody knows whether what is above was read.
    const firstNew = isNew && !(rows.length === 0 && list.more_before);
    if (isNew) foundNew = true;
    const head = newDay || firstNew || isReply || before?.author !== author || ts - before.ts > groupedMs;
    rows.push({
      key,
      head,
      firstNew,
      first: rows.length === 0 && !list.more_before,
      ...(newDay ? { day: dayOf(ts) } : {}),
      ...row,
    });
    before = { author, ts };
  };
  for (const message of list.messages) {
    add(message.intent ?? message.id, message.author.id, message.ts, {
      message,
      id: message.id,
      isReply: message.reply_to !== null,
    });
  }
  if (!list.more_after)
    for (const pending of list.pending)
      add(pending.intent, me, pending.ts, { pending, isReply: pending.reply_to !== null });
  return rows;
}
