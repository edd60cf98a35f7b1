import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { comparePositions, formatPosition, nobody, positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Mentions, Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import { recordAudit } from '../spaces/audit-store.ts';
import { raiseMarker } from '../spaces/read-state.ts';
import { type ChannelStanding, requireChannelStanding, requirePermission } from '../spaces/standing.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { type AppliedEvent, bindEvent, type EventBinding } from '../streams/binding.ts';
import { eventOfLine } from '../streams/event-of-line.ts';
import { erasePayload, findLine } from '../streams/lines-store.ts';
import { mentionsOf } from './mentions-of.ts';
import {
  type AuthoredRow,
  deleteReactionsAt,
  dropOrphanCopy,
  editMessageRow,
  eraseMessageRow,
  findMessage,
  insertMention,
  insertMessage,
  newestBy,
  orphanMessageRow,
} from './message-store.ts';
import { addEntry, changeEntry, entryOf } from './search-entries.ts';

export const messageEvents: EventBinding[] = [
  bindEvent<(typeof eventBodies)['message.create'], HubParts['message.create']>({
    type: 'message.create',
    body: eventBodies['message.create'],
    hub: hubParts['message.create'],
    late: 'itself',
    async decide(tx, { actor, space = '', stream, body, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      if (standing.channel.kind !== 'text') throw new Refusal('not_found');
      requirePermission(standing, 'message.send');
      if (ref.length > 1) throw new Refusal('invalid_body', { path: '/ref' });
      if (ref[0] !== undefined) await requireMessage(tx, standing, ref[0]);
      await requireSlowMode(tx, standing, now);
      return { hub: { mentions: await mentionsOf(tx, standing, body.content) } };
    },
    async apply(tx, event) {
      const { streamNo: stream_no, epoch, seq, hub, actor } = event;
      const { users, roles, everyone } = hub.mentions;
      const targets = [...users, ...roles, ...(everyone ? ['everyone'] : [])];
      await Promise.all([
        tx.run(insertMessage, {
          stream_no,
          epoch,
          seq,
          author: actor,
          ts: event.ts,
          reply_to: event.ref[0] ?? null,
          content: event.body.content,
          mentions: JSON.stringify({ users, roles, everyone }),
          intent: event.intent,
        }),
        ...(event.local ? [tx.run(raiseMarker, { user: actor, stream_no, epoch, seq })] : []),
        tx.run(
          addEntry,
          entryOf({
            stream_no,
            epoch,
            seq,
            ts: event.ts,
            author: actor,
            content: event.body.content,
            mentions: hub.mentions,
          }),
        ),
        ...targets.map((target) => tx.run(insertMention, { stream_no, epoch, seq, target })),
        tx.run(dropOrphanCopy, { stream_no, author: actor, intent: event.intent }),
      ]);
    },
    async unapply(tx, { streamNo: stream_no, epoch, seq }) {
      await tx.run(orphanMessageRow, { stream_no, epoch, seq });
    },
    /** What is unread is counted over messages that are gone, too. */
    async applyErased(tx, { streamNo: stream_no, epoch, seq, ts }) {
      const empty = { reply_to: null, content: '', mentions: '{}', intent: '' };
      await tx.run(insertMessage, { stream_no, epoch, seq, author: nobody, ts, ...empty });
      await tx.run(eraseMessageRow, { stream_no, epoch, seq });
    },
    async show(reader, event) {
      const { space, stream: channel } = event;
      return [
        {
          audience: { to: 'channel', space, channel },
          t: 'message.created',
          d: { message: await createdMessage(reader, event) },
        },
      ];
    },
  }),

  bindEvent<(typeof eventBodies)['message.update'], HubParts['message.update']>({
    type: 'message.update',
    body: eventBodies['message.update'],
    hub: hubParts['message.update'],
    late: 'with target',
    async decide(tx, { actor, space = '', stream, body, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      const row = await requireMessage(tx, standing, ref[0]);
      if (row.author !== actor) throw new Refusal('forbidden');
      requirePermission(standing, 'message.send');
      if (editsOf(row).length >= limits.editsPerMessage)
        throw new Refusal('limit_reached', { limit: limits.editsPerMessage });
      return { hub: { mentions: await mentionsOf(tx, standing, body.content) } };
    },
    async apply(tx, event) {
      const place = placeOf(event, event.ref[0]);
      const row = await tx.get(findMessage, place);
      const position = formatPosition(event);
      if (!row || editsOf(row).includes(position)) return;
      const edits = [...editsOf(row), position].sort(comparePositions);
      // One that comes late may have been overtaken.
      const { content, mentions, edited } =
        edits.at(-1) === position
          ? { content: event.body.content, mentions: JSON.stringify(event.hub.mentions), edited: event.ts }
          : row;
      await saysNow(tx, row, { content, mentions, edited: edited ?? event.ts, edits: JSON.stringify(edits) });
    },
    async unapply(tx, event) {
      const place = placeOf(event, event.ref[0]);
      const row = await tx.get(findMessage, place);
      const position = formatPosition(event);
      if (!row || !editsOf(row).includes(position)) return;
      const edits = editsOf(row).filter((edit) => edit !== position);
      const said = await saidBy(tx, row, edits.at(-1));
      if (said) await saysNow(tx, row, { ...said, edits: JSON.stringify(edits) });
    },
    show: async (_, event) => {
      const { space, stream: channel, ref, body, hub, ts } = event;
      const d = { space, channel, message: ref[0], content: body.content, edited: ts, mentions: hub.mentions };
      return [{ audience: { to: 'channel', space, channel }, t: 'message.updated', d }];
    },
  }),

  bindEvent({
    type: 'message.delete',
    body: eventBodies['message.delete'],
    late: 'with target',
    async decide(tx, { actor, space = '', stream, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      const erased: string[] = [];
      for (const position of ref) {
        const row = await requireMessage(tx, standing, position);
        if (row.author !== actor) requirePermission(standing, 'message.manage');
        erased.push(position, ...editsOf(row));
      }
      if (erased.length === 0) throw new Refusal('not_found');
      return { ref: erased };
    },
    async apply(tx, event) {
      const authors = new Set<string>();
      for (const position of event.ref) {
        const place = placeOf(event, position);
        const row = await tx.get(findMessage, place);
        if (row) authors.add(row.author);
        // Also where the message came erased and only what others did to it was still there.
        await tx.run(eraseMessageRow, place);
        await tx.run(deleteReactionsAt, place);
        await tx.run(erasePayload, place);
      }
      const byOther = [...authors].find((author) => author !== event.actor);
      if (!byOther) return;
      const changes = { channel: event.stream, messages: event.ref.length };
      await recordAudit(tx, event, {
        target: byOther,
        targetName: (await userSummaryOf(tx, byOther)).display_name,
        changes,
        reason: event.body.reason,
      });
    },
    state: ({ ref }) => ref.map((position) => ({ key: `pin:${position}`, set: 'gone' })),
    show: async (_, { space, stream: channel, ref }) => [
      { audience: { to: 'channel', space, channel }, t: 'message.deleted', d: { space, channel, messages: ref } },
    ],
  }),
];

async function saysNow(
  tx: Writer,
  row: AuthoredRow,
  said: { content: string; mentions: string; edited: number | null; edits: string },
): Promise<void> {
  const { stream_no, epoch, seq } = row;
  await Promise.all([
    tx.run(editMessageRow, { stream_no, epoch, seq, ...said }),
    changeEntry(tx, entryOf({ ...row, content: said.content, mentions: JSON.parse(said.mentions) as Mentions })),
  ]);
}

/** What a message says after one of its edits, or at first. Undefined where that was erased. */
async function saidBy(
  tx: Writer,
  row: AuthoredRow,
  edit: string | undefined,
): Promise<{ content: string; mentions: string; edited: number | null } | undefined> {
  const place = edit === undefined ? row : positionOf(edit);
  const line = await tx.get(findLine, { stream_no: row.stream_no, epoch: place.epoch, seq: place.seq });
  if (!line || line.payload === null) return undefined;
  const { body, hub, ts } = eventOfLine(line) as AppliedEvent<{ content: string }, HubParts['message.create']>;
  return { content: body.content, mentions: JSON.stringify(hub.mentions), edited: edit === undefined ? null : ts };
}

/** A message as it is at first: nobody has reacted, edited or pinned. */
export async function createdMessage(
  reader: Reader,
  event: AppliedEvent<{ content: string }, HubParts['message.create']>,
): Promise<Message> {
  return {
    id: formatPosition(event),
    space: event.space,
    channel: event.stream,
    author: await userSummaryOf(reader, event.actor),
    content: event.body.content,
    ts: event.ts,
    edited: null,
    reply_to: event.ref[0] ?? null,
    mentions: event.hub.mentions,
    reactions: [],
    pinned: false,
    intent: event.intent,
  };
}

/** A message of the channel that has not been deleted. Throws `not_found`. */
export async function requireMessage(
  reader: Reader,
  { row: channel }: ChannelStanding,
  position: string | undefined,
): Promise<AuthoredRow> {
  const row = position && (await reader.get(findMessage, { stream_no: channel.stream_no, ...positionOf(position) }));
  if (!row) throw new Refusal('not_found');
  return row;
}

export function placeOf(event: AppliedEvent, position: string | undefined) {
  return { stream_no: event.streamNo, ...positionOf(position ?? '') };
}

export function editsOf(row: { edits: string }): string[] {
  return JSON.parse(row.edits) as string[];
}

async function requireSlowMode(tx: Writer, standing: ChannelStanding, now: number): Promise<void> {
  const { slow_mode } = standing.channel;
  if (slow_mode === 0 || standing.permissions.has('message.manage')) return;
  const newest = await tx.get(newestBy, { stream_no: standing.row.stream_no, author: standing.user });
  // A clock that was ahead and is set back must not silence anybody.
  if (!newest || newest.ts > now) return;
  const wait = newest.ts + slow_mode * 1000 - now;
  if (wait > 0) throw new Refusal('slow_mode', { retry: wait });
}
