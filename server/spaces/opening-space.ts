import type { ChannelView, ReadState, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { permissionsOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Reader } from '../storage/database.ts';
import { hiddenFrom } from '../relationships/blocks.ts';
import type { Tables } from '../storage/tables.ts';
import { livingGrant } from './bot-grants.ts';
import { findMember } from './member-store.ts';
import { peopleOf } from './people-of-space.ts';
import { placesOf, readStateAt, readStateHiding, readStateOf } from './read-state.ts';
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
  const grant = me.user.bot ? await livingGrant(reader, space, user, now) : undefined;
  if (me.user.bot && !grant) return undefined;
  const granted = grant ? { grant } : {};
  const roles = await listRoles(reader, space);
  const hidden = await hiddenFrom(reader, row.kind, user);
  const places = await placesOf(reader, space, user);
  const channels: ChannelView[] = [];
  for (const channelRow of await listChannelRows(reader, space)) {
    const channel = channelOf(channelRow);
    const member = { user, roles: me.roles, timeout: me.timeout, ...granted };
    const { id, overrides } = channel;
    const question = { owner: row.owner, kind: row.kind, roles, member, channel: id, overrides, now };
    if (!permissionsOf(question).has('channel.view')) continue;
    const { stream_no } = channelRow;
    const place = places.get(stream_no) ?? { last: undefined, read: undefined };
    const view = hidden
      ? await readStateHiding(reader, stream_no, user, hidden)
      : await readStateAt(reader, stream_no, place, user, me.roles);
    channels.push({ ...channel, view });
  }
  const people = row.kind === 'community' ? {} : { people: await peopleOf(reader, space, now) };
  return { ...profileOf(row), member_count: row.member_count, roles, channels, me, ...granted, ...people };
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

/** What a member has read in a channel, without what is hidden from them. */
export async function viewOf(
  reader: Reader,
  kind: Space['kind'],
  channel: Tables['channels'],
  user: string,
  roles: readonly string[],
): Promise<ReadState> {
  const hidden = await hiddenFrom(reader, kind, user);
  return hidden ? readStateHiding(reader, channel.stream_no, user, hidden) : readStateOf(reader, channel, user, roles);
}
