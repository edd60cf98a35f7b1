import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { permissionsOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Reader } from '../storage/database.ts';
import { findMember } from './member-store.ts';
import { peopleOf } from './people-of-space.ts';
import { placesOf, readStateAt, readStateOf } from './read-state.ts';
import { channelOf, findChannelRow, findSpaceRow, listChannelRows, listRoles, profileOf } from './space-store.ts';

/** A space as a member sees it when it opens: only channels that the member may see. */
export async function openingSpace(
  reader: Reader,
  user: string,
  space: string,
  now: number,
): Promise<Space | undefined> {
  const row = await reader.get(findSpaceRow, { space });
  const me = row && (await findMember(reader, space, user));
  if (!row || !me) return undefined;
  const roles = await listRoles(reader, space);
  const places = await placesOf(reader, space, user);
  const channels: ChannelView[] = [];
  for (const channelRow of await listChannelRows(reader, space)) {
    const channel = channelOf(channelRow);
    const member = { user, roles: me.roles, timeout: me.timeout };
    if (
      !permissionsOf({ owner: row.owner, kind: row.kind, roles, member, overrides: channel.overrides, now }).has(
        'channel.view',
      )
    )
      continue;
    const { stream_no } = channelRow;
    const place = places.get(stream_no) ?? { last: undefined, read: undefined };
    channels.push({ ...channel, view: await readStateAt(reader, stream_no, place, user, me.roles) });
  }
  const people = row.kind === 'community' ? {} : { people: await peopleOf(reader, space, now) };
  return { ...profileOf(row), member_count: row.member_count, roles, channels, me, ...people };
}

/** One channel as a member sees it; whether they may is the caller's question. */
export async function openingChannel(
  reader: Reader,
  user: string,
  space: string,
  channel: string,
): Promise<ChannelView | undefined> {
  const row = await reader.get(findChannelRow, { space, channel });
  const me = row && (await findMember(reader, space, user));
  return row && me && { ...channelOf(row), view: await readStateOf(reader, row, user, me.roles) };
}
