import { formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { findChannelRow, listChannelRows } from '../spaces/space-store.ts';
import { findStanding, standingIn } from '../spaces/standing.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import { editsOf } from './message-events.ts';
import { messagesByBefore, newestBy } from './message-store.ts';

/** Positions that fit into one envelope of 4 KiB with room to spare, and what one transaction erases. */
const REFS = 150;
const NEWEST: PositionParts = { epoch: 999_999_999, seq: 0 };

export interface Purge {
  space: string;
  actor: string;
  user: string;
  /** Time in ms from which on messages are erased. */
  since: number;
}

interface PurgeParts {
  database: Database;
  committer: Committer;
  spaceLog: SpaceLog;
  clock: Clock;
}

/** Erases what somebody wrote in a space, in the channels where the actor may; in steps, so that others get their turn. [MOD-3] */
export async function purgeMessages(parts: PurgeParts, purge: Purge): Promise<void> {
  const { database, committer } = parts;
  for (const channel of await database.read((reader) => channelsWrittenIn(reader, purge))) {
    let before: PositionParts | undefined = NEWEST;
    while (before) {
      const place: PositionParts = before;
      before = await committer.commit((tx) => purgeStep(parts, tx, purge, channel, place));
    }
  }
}

async function channelsWrittenIn(reader: Reader, { space, user, since }: Purge): Promise<string[]> {
  const channels: string[] = [];
  for (const { id, stream_no } of await listChannelRows(reader, space)) {
    const newest = await reader.get(newestBy, { stream_no, author: user });
    if (newest && newest.ts >= since) channels.push(id);
  }
  return channels;
}

/** Erases the newest messages before a place; returns where the next step goes on. */
async function purgeStep(
  { spaceLog, clock }: PurgeParts,
  tx: Writer,
  { space, actor, user, since }: Purge,
  channel: string,
  before: PositionParts,
): Promise<PositionParts | undefined> {
  const now = clock.now();
  const standing = await findStanding(tx, space, actor, now);
  const row = await tx.get(findChannelRow, { space, channel });
  if (!standing || !row || !standingIn(standing, row, now)?.permissions.has('message.manage')) return undefined;
  const ref: string[] = [];
  let size = 0;
  let last: PositionParts | undefined;
  for (const message of await tx.all(messagesByBefore, {
    stream_no: row.stream_no,
    author: user,
    ...before,
    limit: REFS,
  })) {
    size += 1 + editsOf(message).length;
    if (message.ts < since || (size > REFS && last)) break;
    last = { epoch: message.epoch, seq: message.seq };
    if (message.deleted === 0) ref.push(formatPosition(message));
  }
  if (ref.length > 0)
    await spaceLog.submit(tx, {
      actor,
      space,
      stream: channel,
      type: 'message.delete',
      ref,
      body: { reason: 'purge' },
    });
  return last;
}
