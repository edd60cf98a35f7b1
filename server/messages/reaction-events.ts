import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import { recordAudit } from '../spaces/audit-store.ts';
import { type ChannelStanding, requireChannelStanding, requirePermission } from '../spaces/standing.ts';
import { bindEvent, type EventBinding, nothingToDo } from '../streams/binding.ts';
import { placeOf, requireMessage } from './message-events.ts';
import {
  deleteReaction,
  emojiAt,
  firstReactionWith,
  insertReaction,
  pinnedMessages,
  reactionRow,
  setPinned,
} from './message-store.ts';

const EMOJI = /^\p{RGI_Emoji}$/v;

export const reactionEvents: EventBinding[] = [
  bindEvent({
    type: 'reaction.add',
    body: eventBodies['reaction.add'],
    late: 'with target',
    needsActor: true,
    async decide(tx, { actor, space = '', stream, body, ref }, now) {
      if (!EMOJI.test(body.emoji)) throw new Refusal('bad_emoji');
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      requirePermission(standing, 'reaction.add');
      const { stream_no, epoch, seq } = await requireMessage(tx, standing, ref[0]);
      const { emoji } = body;
      if (await tx.get(reactionRow, { stream_no, epoch, seq, emoji, user: actor })) return nothingToDo;
      // All reactions are gone through for a new emoji only, because there can be very many.
      const isNew = (await tx.get(firstReactionWith, { stream_no, epoch, seq, emoji })) === undefined;
      if (isNew && (await tx.all(emojiAt, { stream_no, epoch, seq })).length >= limits.emojiPerMessage) {
        throw new Refusal('limit_reached', { limit: limits.emojiPerMessage });
      }
      return undefined;
    },
    async apply(tx, event) {
      await tx.run(insertReaction, {
        ...placeOf(event, event.ref[0]),
        emoji: event.body.emoji,
        user: event.actor,
        ts: event.ts,
      });
    },
    async unapply(tx, event) {
      const { emoji } = event.body;
      await tx.run(deleteReaction, { ...placeOf(event, event.ref[0]), emoji, user: event.actor });
    },
    show: async (_, { space, stream: channel, ref, body, actor }) => [
      {
        audience: { to: 'channel', space, channel },
        t: 'reaction.added',
        d: { space, channel, message: ref[0], emoji: body.emoji, user: actor },
      },
    ],
  }),

  bindEvent({
    type: 'reaction.remove',
    body: eventBodies['reaction.remove'],
    late: 'with target',
    needsActor: true,
    async decide(tx, { actor, space = '', stream, body, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      const { stream_no, epoch, seq } = await requireMessage(tx, standing, ref[0]);
      const user = body.user ?? actor;
      if (user !== actor) requirePermission(standing, 'message.manage');
      return (await tx.get(reactionRow, { stream_no, epoch, seq, emoji: body.emoji, user })) ? undefined : nothingToDo;
    },
    async apply(tx, event) {
      await tx.run(deleteReaction, {
        ...placeOf(event, event.ref[0]),
        emoji: event.body.emoji,
        user: event.body.user ?? event.actor,
      });
    },
    /** The hub took it because there was such a reaction. */
    async unapply(tx, event) {
      const { emoji, user = event.actor } = event.body;
      await tx.run(insertReaction, { ...placeOf(event, event.ref[0]), emoji, user, ts: event.ts });
    },
    show: async (_, { space, stream: channel, ref, body, actor }) => [
      {
        audience: { to: 'channel', space, channel },
        t: 'reaction.removed',
        d: { space, channel, message: ref[0], emoji: body.emoji, user: body.user ?? actor },
      },
    ],
  }),
];

export const pinEvents: EventBinding[] = [
  bindEvent({
    type: 'pin.add',
    body: eventBodies['pin.add'],
    late: 'with target',
    async decide(tx, { actor, space = '', stream, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      requirePermission(standing, pinning(standing));
      const row = await requireMessage(tx, standing, ref[0]);
      if (row.pinned !== null) return nothingToDo;
      const pins = await tx.all(pinnedMessages, { stream_no: row.stream_no });
      if (pins.length >= limits.pinsPerChannel) throw new Refusal('limit_reached', { limit: limits.pinsPerChannel });
      return undefined;
    },
    async apply(tx, event) {
      await tx.run(setPinned, { ...placeOf(event, event.ref[0]), pinned: event.ts });
      await recordAudit(tx, event, { target: event.ref[0] ?? null, changes: { channel: event.stream } });
    },
    state: ({ ref }) => ({ key: `pin:${ref[0]}`, set: 'first' }),
    show: async (_, { space, stream: channel, ref }) => [
      { audience: { to: 'channel', space, channel }, t: 'pin.added', d: { space, channel, message: ref[0] } },
    ],
  }),

  bindEvent({
    type: 'pin.remove',
    body: eventBodies['pin.remove'],
    late: 'with target',
    async decide(tx, { actor, space = '', stream, ref }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      requirePermission(standing, pinning(standing));
      const row = await requireMessage(tx, standing, ref[0]);
      return row.pinned === null ? nothingToDo : undefined;
    },
    async apply(tx, event) {
      await tx.run(setPinned, { ...placeOf(event, event.ref[0]), pinned: null });
      await recordAudit(tx, event, { target: event.ref[0] ?? null, changes: { channel: event.stream } });
    },
    state: ({ ref }) => ({ key: `pin:${ref[0]}`, set: 'gone' }),
    show: async (_, { space, stream: channel, ref }) => [
      { audience: { to: 'channel', space, channel }, t: 'pin.removed', d: { space, channel, message: ref[0] } },
    ],
  }),
];

/** In a direct message or group there is nobody above the others. [DM-3] */
const pinning = ({ space }: ChannelStanding) => (space.kind === 'community' ? 'message.manage' : 'message.send');
