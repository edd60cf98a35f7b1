import { Refusal } from '../base/errors.ts';
import { hiddenFrom } from '../relationships/blocks.ts';
import { listChannelRows, spacesOfUser } from '../spaces/space-store.ts';
import {
  type ChannelStanding,
  findStanding,
  requireChannelStanding,
  requirePermission,
  requireStanding,
  type Standing,
  standingIn,
} from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import type { ChannelKey } from './message-store.ts';

/** A channel in which a user may search, and whose messages the user does not get there. */
export interface SearchedChannel extends ChannelKey {
  hidden?: ReadonlySet<string> | undefined;
}

/** By `stream_no`. Throws `not_found` and `missing_permission` for what is named and may not be searched. [SRCH-1] */
export async function searchedChannels(
  reader: Reader,
  user: string,
  { space, channel }: { space?: string; channel?: string },
  now: number,
): Promise<Map<number, SearchedChannel>> {
  if (space !== undefined && channel !== undefined) {
    const standing = await requireChannelStanding(reader, space, channel, user, now);
    requirePermission(standing, 'message.history');
    requireContent(standing);
    return new Map(await keyed(reader, standing, [standing]));
  }
  if (space !== undefined) {
    const standing = await requireStanding(reader, space, user, now);
    requireContent(standing);
    return new Map(await searchedIn(reader, standing, now));
  }
  const channels: [number, SearchedChannel][] = [];
  for (const { id } of await reader.all(spacesOfUser, { user })) {
    const standing = await findStanding(reader, id, user, now);
    if (standing && readsContent(standing)) channels.push(...(await searchedIn(reader, standing, now)));
  }
  return new Map(channels);
}

/** Those of some channels, by `stream_no`, in which a user may still search, as they are now. */
export async function stillSearched(
  reader: Reader,
  user: string,
  channels: ReadonlyMap<number, ChannelKey | undefined>,
  now: number,
): Promise<Map<number, SearchedChannel>> {
  const still: [number, SearchedChannel][] = [];
  for (const at of channels.values()) {
    if (at) still.push(...(await searchedChannels(reader, user, at, now).catch(noneWhereRefused)));
  }
  return new Map(still);
}

function noneWhereRefused(error: unknown): Map<number, SearchedChannel> {
  if (error instanceof Refusal) return new Map();
  throw error;
}

/** A bot that may not read what is written would read it by searching for it. [SRCH-5] [BOT-10] */
const readsContent = ({ member: { grant } }: Standing) => !grant || grant.content;

function requireContent(standing: Standing): void {
  if (!readsContent(standing)) throw new Refusal('missing_permission', { permission: 'message.history' });
}

async function searchedIn(reader: Reader, standing: Standing, now: number): Promise<[number, SearchedChannel][]> {
  const rows = await listChannelRows(reader, standing.space.id);
  const seen = rows
    .map((row) => standingIn(standing, row, now))
    .filter((one) => one?.permissions.has('message.history'));
  return keyed(reader, standing, seen as ChannelStanding[]);
}

async function keyed(
  reader: Reader,
  { space, user }: Standing,
  channels: readonly ChannelStanding[],
): Promise<[number, SearchedChannel][]> {
  const hidden = await hiddenFrom(reader, space.kind, user);
  return channels.map(({ row }) => [row.stream_no, { space: space.id, channel: row.id, hidden }]);
}
