import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { findServerMute, recordAudit } from '../spaces/audit-store.ts';
import {
  requireAbove,
  requireChannelStanding,
  requirePermission,
  requireRankOf,
  requireStanding,
} from '../spaces/standing.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { type AppliedEvent, bindEvent, type Deed, type EventBinding, nothingToDo } from '../streams/binding.ts';
import { requireVoiceChannel } from './find-rights.ts';

/** What moderators do in voice. Clients see it by `voice.state` and `voice.left`; the log has it for the audit and to last. [VOX-12] */
export const voiceEvents: EventBinding[] = [
  bindEvent({
    type: 'voice.mute',
    body: eventBodies['voice.mute'],
    async decide(tx, { actor, space = '', body: { user, muted, deafened } }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const rank = await requireRankOf(tx, standing, user);
      requirePermission(standing, 'voice.mute');
      requireAbove(standing, rank);
      const before = await findServerMute(tx, space, user);
      return before.muted === muted && before.deafened === deafened ? nothingToDo : undefined;
    },
    async apply(tx, event) {
      const { user, ...changes } = event.body;
      await recordAudit(tx, event, { target: user, targetName: await nameOf(tx, user), changes });
    },
    state: ({ body: { user, muted, deafened } }) => ({
      key: `voice:${user}`,
      set: muted || deafened ? 'first' : 'gone',
    }),
    show: async () => [],
  }),

  // In the stream of the channel: where that must not be seen nothing may tell of it.
  bindEvent({
    type: 'voice.move',
    body: eventBodies['voice.move'],
    async decide(tx, deed, now) {
      await requireMover(tx, deed, now);
      const moved = await requireChannelStanding(tx, deed.space ?? '', deed.stream, deed.body.user, now);
      requirePermission(moved, 'voice.connect');
      return undefined;
    },
    apply: recordMove,
    show: async () => [],
  }),

  bindEvent({
    type: 'voice.disconnect',
    body: eventBodies['voice.disconnect'],
    async decide(tx, deed, now) {
      await requireMover(tx, deed, now);
      return undefined;
    },
    apply: recordMove,
    show: async () => [],
  }),
];

/** Somebody who may go into the channel, move others there, and stands above the one in question. */
async function requireMover(
  tx: Writer,
  { actor, space = '', stream, body }: Deed<{ user: string }>,
  now: number,
): Promise<void> {
  const standing = await requireChannelStanding(tx, space, stream, actor, now);
  const rank = await requireRankOf(tx, standing, body.user);
  requireVoiceChannel(standing);
  requirePermission(standing, 'voice.move');
  requireAbove(standing, rank);
}

async function recordMove(tx: Writer, event: AppliedEvent<{ user: string }>): Promise<void> {
  const { user } = event.body;
  const changes = { channel: event.stream };
  await recordAudit(tx, event, { target: user, targetName: await nameOf(tx, user), changes });
}

async function nameOf(reader: Reader, user: string): Promise<string> {
  return (await userSummaryOf(reader, user)).display_name;
}
