import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Mentions, Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { nameOfUnknown, summaryColumns, summaryOf } from '../accounts/user-summary.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type Place = { stream_no: number; epoch: number; seq: number };
type MessageRow = Tables['messages'];

export interface AuthoredRow extends MessageRow {
  handle: string | null;
  display_name: string | null;
  home: string | null;
  bot: number | null;
}

const authored = () =>
  sql
    .selectFrom('messages')
    .leftJoin('users', 'users.id', 'messages.author')
    .selectAll('messages')
    .select(['users.handle', 'users.display_name', 'users.home', 'users.bot'])
    .where('messages.deleted', '=', 0);

export const findMessage = query<Place>()((p) =>
  authored()
    .where('messages.stream_no', '=', p.stream_no)
    .where('messages.epoch', '=', p.epoch)
    .where('messages.seq', '=', p.seq),
);
export const messagesBefore = query<Place & { limit: number }>()((p) =>
  authored()
    .where('messages.stream_no', '=', p.stream_no)
    .where(sql<boolean>`(messages.epoch, messages.seq) < (${p.epoch}, ${p.seq})`)
    .orderBy('messages.epoch', 'desc')
    .orderBy('messages.seq', 'desc')
    .limit(p.limit),
);
export const messagesAfter = query<Place & { limit: number }>()((p) =>
  authored()
    .where('messages.stream_no', '=', p.stream_no)
    .where(sql<boolean>`(messages.epoch, messages.seq) > (${p.epoch}, ${p.seq})`)
    .orderBy('messages.epoch')
    .orderBy('messages.seq')
    .limit(p.limit),
);
/** What is left of two directions for a reader who blocks some of the authors; few do, so it is put together each time. */
export function messagesNotBy(
  hidden: ReadonlySet<string>,
  place: Place & { limit: number },
  direction: 'before' | 'after',
) {
  const isBefore = direction === 'before';
  const at = sql<boolean>`(messages.epoch, messages.seq) ${sql.raw(isBefore ? '<' : '>')} (${place.epoch}, ${place.seq})`;
  const order = isBefore ? 'desc' : 'asc';
  return authored()
    .where('messages.stream_no', '=', place.stream_no)
    .where('messages.author', 'not in', [...hidden])
    .where(at)
    .orderBy('messages.epoch', order)
    .orderBy('messages.seq', order)
    .limit(place.limit);
}
export const pinnedMessages = query<{ stream_no: number }>()((p) =>
  authored()
    .where('messages.stream_no', '=', p.stream_no)
    .where('messages.pinned', 'is not', null)
    .orderBy('messages.pinned', 'desc'),
);
export const newestBy = query<{ stream_no: number; author: string }>()((p) =>
  sql
    .selectFrom('messages')
    .select('ts')
    .where('stream_no', '=', p.stream_no)
    .where('author', '=', p.author)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1),
);
export const messagesByBefore = query<Place & { author: string; limit: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select(['epoch', 'seq', 'ts', 'edits', 'deleted'])
    .where('stream_no', '=', p.stream_no)
    .where('author', '=', p.author)
    .where(sql<boolean>`(epoch, seq) < (${p.epoch}, ${p.seq})`)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(p.limit),
);

export const insertMessage = query<
  Place & { author: string; ts: number; reply_to: string | null; content: string; mentions: string; intent: string }
>()((p) =>
  sql
    .insertInto('messages')
    .values({
      stream_no: p.stream_no,
      epoch: p.epoch,
      seq: p.seq,
      author: p.author,
      ts: p.ts,
      edited: null,
      reply_to: p.reply_to,
      content: p.content,
      mentions: p.mentions,
      intent: p.intent,
      edits: '[]',
      pinned: null,
      deleted: 0,
      orphaned: 0,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const at = (p: Place) =>
  sql
    .updateTable('messages')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq);
export const editMessageRow = query<
  Place & { content: string; mentions: string; edited: number | null; edits: string }
>()((p) => at(p).set({ content: p.content, mentions: p.mentions, edited: p.edited, edits: p.edits }));
/** What is left of a deleted message says nothing but that there was one. */
export const eraseMessageRow = query<Place>()((p) =>
  at(p).set({ content: '', mentions: '{}', edits: '[]', reply_to: null, pinned: null, deleted: 1 }),
);
export const orphanMessageRow = query<Place>()((p) => at(p).set({ orphaned: 1, pinned: null }));
/** The copy that was lost, where its author's home had the same thing happen again. [EPO-5] */
export const dropOrphanCopy = query<{ stream_no: number; author: string; intent: string }>()((p) =>
  sql
    .deleteFrom('messages')
    .where('stream_no', '=', p.stream_no)
    .where('intent', '=', p.intent)
    .where('author', '=', p.author)
    .where('orphaned', '=', sql.lit(1)),
);
export const setPinned = query<Place & { pinned: number | null }>()((p) => at(p).set({ pinned: p.pinned }));
export const insertMention = query<Place & { target: string }>()((p) =>
  sql
    .insertInto('mentions')
    .values({ stream_no: p.stream_no, target: p.target, epoch: p.epoch, seq: p.seq })
    .onConflict((conflict) => conflict.doNothing()),
);

export const firstReactionWith = query<Place & { emoji: string }>()((p) =>
  sql
    .selectFrom('reactions')
    .select('user')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq)
    .where('emoji', '=', p.emoji)
    .limit(1),
);
export const emojiAt = query<Place>()((p) =>
  sql
    .selectFrom('reactions')
    .select('emoji')
    .distinct()
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const reactionCounts = query<{
  stream_no: number;
  from_epoch: number;
  from_seq: number;
  to_epoch: number;
  to_seq: number;
  user: string;
}>()((p) =>
  sql
    .selectFrom('reactions')
    .select(({ fn }) => ['epoch', 'seq', 'emoji', fn.countAll<number>().as('count'), fn.min('ts').as('first')])
    .select(sql<number>`max(case when "user" = ${p.user} then 1 else 0 end)`.as('me'))
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) >= (${p.from_epoch}, ${p.from_seq})`)
    .where(sql<boolean>`(epoch, seq) <= (${p.to_epoch}, ${p.to_seq})`)
    .groupBy(['epoch', 'seq', 'emoji'])
    .orderBy('first')
    .orderBy('emoji'),
);
export const reactionRow = query<Place & { emoji: string; user: string }>()((p) =>
  sql
    .selectFrom('reactions')
    .select('ts')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq)
    .where('emoji', '=', p.emoji)
    .where('user', '=', p.user),
);
export const insertReaction = query<Place & { emoji: string; user: string; ts: number }>()((p) =>
  sql
    .insertInto('reactions')
    .values({ stream_no: p.stream_no, epoch: p.epoch, seq: p.seq, emoji: p.emoji, user: p.user, ts: p.ts })
    .onConflict((conflict) => conflict.doNothing()),
);
export const deleteReaction = query<Place & { emoji: string; user: string }>()((p) =>
  sql
    .deleteFrom('reactions')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq)
    .where('emoji', '=', p.emoji)
    .where('user', '=', p.user),
);
export const deleteReactionsAt = query<Place>()((p) =>
  sql
    .deleteFrom('reactions')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
export const reactorsOf = query<Place & { emoji: string }>()((p) =>
  sql
    .selectFrom('reactions')
    .innerJoin('users', 'users.id', 'reactions.user')
    .select(summaryColumns)
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq)
    .where('emoji', '=', p.emoji)
    .orderBy('ts')
    .limit(100),
);

export interface ChannelKey {
  space: string;
  channel: string;
}

/** Messages of a channel, oldest first, as a reader sees them, with the reader's own reactions marked. */
export async function messagesOf(
  reader: Reader,
  { space, channel }: ChannelKey,
  rows: readonly AuthoredRow[],
  viewer: string,
): Promise<Message[]> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const range = { from_epoch: first.epoch, from_seq: first.seq, to_epoch: last.epoch, to_seq: last.seq };
  const reactions = new Map<string, Message['reactions']>();
  for (const { emoji, count, me, ...place } of await reader.all(reactionCounts, {
    stream_no: first.stream_no,
    ...range,
    user: viewer,
  })) {
    const id = formatPosition(place);
    reactions.set(id, [...(reactions.get(id) ?? []), { emoji, count: Number(count), me: me === 1 }]);
  }
  return rows.map((row) => {
    const id = formatPosition(row);
    return {
      id,
      space,
      channel,
      author: summaryOf({ ...row, id: row.author, display_name: row.display_name ?? nameOfUnknown(row.author) }),
      content: row.content,
      ts: row.ts,
      edited: row.edited,
      reply_to: row.reply_to,
      mentions: JSON.parse(row.mentions) as Mentions,
      reactions: reactions.get(id) ?? [],
      pinned: row.pinned !== null,
      ...(row.orphaned === 1 ? { orphaned: true as const } : {}),
      intent: row.intent,
    };
  });
}

export async function messageOf(reader: Reader, key: ChannelKey, row: AuthoredRow, viewer: string): Promise<Message> {
  const [message] = await messagesOf(reader, key, [row], viewer);
  return message as Message;
}
