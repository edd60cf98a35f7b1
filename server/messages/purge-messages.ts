import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { listChannelRows } from '../spaces/space-store.ts';
import type { Writer } from '../storage/database.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import { editsOf } from './message-events.ts';
import { messagesBySince } from './message-store.ts';

/** Positions that fit into one envelope of 4 KiB with room to spare. */
const REFS = 150;

/** Erases what somebody wrote in a space since a time, in all channels that the actor may see. [MOD-3] */
export async function purgeMessages(spaceLog: SpaceLog, tx: Writer, space: string, actor: string, user: string, since: number): Promise<void> {
  for (const { id: stream, stream_no } of await listChannelRows(tx, space)) {
    let ref: string[] = [];
    let size = 0;
    const erase = async () => {
      if (ref.length > 0) await spaceLog.submit(tx, { actor, space, stream, type: 'message.delete', ref, body: { reason: 'purge' } });
      ref = [];
      size = 0;
    };
    for (const row of await tx.all(messagesBySince, { stream_no, author: user, since })) {
      const cost = 1 + editsOf(row).length;
      if (size + cost > REFS) await erase();
      ref.push(formatPosition(row));
      size += cost;
    }
    await erase();
  }
}
