import { formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { findChannelRow, listChannelRows } from '../spaces/space-store.ts';
import { findStanding, standingIn } from '../spaces/standing.ts';
import type { Database, Reader } from '../storage/database.ts';
import { type DeedInSpace, type Deeds, done } from '../streams/deeds.ts';
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
  deeds: Deeds;
  clock: Clock;
}

/** Erases what somebody wrote in a space, in the channels where the actor may; in steps, so that others get their turn. [MOD-3] */
export async function purgeMessages(parts: PurgeParts, purge: Purge): Promise<void> {
  const { database, deeds } = parts;
  const { space } = purge;
  for (const channel of await database.read((reader) => channelsWrittenIn(reader, purge))) {
    let before: PositionParts | undefined = NEWEST;
    while (before) {
      const place: PositionParts = before;
      before = undefined;
      const plan = async (reader: Reader) => {
        const { deed, last } = await purgeStep(parts, reader, purge, channel, place);
        before = last;
        return deed;
      };
      await deeds.perform({ space, plan }, done).catch(goOnWherePending);
    }
  }
}

/** What waits for a hub that is away is done when it is back. */
function goOnWherePending(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 'pending')) throw error;
}

async function channelsWrittenIn(reader: Reader, { space, user, since }: Purge): Promise<string[]> {
  const channels: string[] = [];
  for (const { id, stream_no } of await listChannelRows(reader, space)) {
    const newest = await reader.get(newestBy, { stream_no, author: user });
    if (newest && newest.ts >= since) channels.push(id);
  }
  return channels;
}

/** The deed that erases the newest messages before a place, and where the next step goes on. */
async function purgeStep(
  { clock }: PurgeParts,
  reader: Reader,
  { space, actor, user, since }: Purge,
  channel: string,
  before: PositionParts,
): Promise<{ deed?: DeedInSpace; last?: PositionParts }> {
  const now = clock.now();
  const standing = await findStanding(reader, space, actor, now);
  const row = await reader.get(findChannelRow, { space, channel });
  if (!standing || !row || !standingIn(standing, row, now)?.permissions.has('message.manage')) return {};
  const ref: string[] = [];
  let size = 0;
  let last: PositionParts | undefined;
  for (const message of await reader.all(messagesByBefore, {
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
  return {
    ...(ref.length > 0
      ? { deed: { actor, space, stream: channel, type: 'message.delete', ref, body: { reason: 'purge' } } }
      : {}),
    ...(last ? { last } : {}),
  };
}
