import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { listChannelRows } from '../spaces/space-store.ts';
import { requireStanding, standingIn } from '../spaces/standing.ts';
import type { Writer } from '../storage/database.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import { editsOf } from './message-events.ts';
import { messagesBySince } from './message-store.ts';

/** Positions that fit into one envelope of 4 KiB with room to spare. */
const REFS = 150;

export interface Purge {
  space: string;
  actor: string;
  user: string;
  /** Time in ms from which on messages are erased. */
  since: number;
}

/** Erases what somebody wrote in a space, in the channels where the actor may. [MOD-3] */
export async function purgeMessages(spaceLog: SpaceLog, clock: Clock, tx: Writer, { space, actor, user, since }: Purge): Promise<void> {
  const standing = await requireStanding(tx, space, actor, clock.now());
  for (const row of await listChannelRows(tx, space)) {
    if (!standingIn(standing, row, clock.now())?.permissions.has('message.manage')) continue;
    const erase = (ref: string[]) =>
      spaceLog.submit(tx, { actor, space, stream: row.id, type: 'message.delete', ref, body: { reason: 'purge' } });
    let ref: string[] = [];
    let size = 0;
    for (const message of await tx.all(messagesBySince, { stream_no: row.stream_no, author: user, since })) {
      const cost = 1 + editsOf(message).length;
      if (size + cost > REFS && ref.length > 0) {
        await erase(ref);
        ref = [];
        size = 0;
      }
      ref.push(formatPosition(message));
      size += cost;
    }
    if (ref.length > 0) await erase(ref);
  }
}
