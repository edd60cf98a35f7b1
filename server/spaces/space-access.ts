import type { Role, SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Reader } from '../storage/database.ts';
import { findMemberRow } from './member-store.ts';
import { channelOf, findSpaceRow, listChannelRows, listRoles } from './space-store.ts';

/** What decides who sees what in a space; undefined where there is none. */
export async function spaceAccess(
  reader: Reader,
  space: string,
): Promise<
  | { owner: string; kind: SpaceProfile['kind']; roles: Role[]; channels: { id: string; overrides: Override[] }[] }
  | undefined
> {
  const row = await reader.get(findSpaceRow, { space });
  if (!row) return undefined;
  const channels = (await listChannelRows(reader, space))
    .map(channelOf)
    .map(({ id, overrides }) => ({ id, overrides }));
  return { owner: row.owner, kind: row.kind, roles: await listRoles(reader, space), channels };
}

export async function memberRoles(
  reader: Reader,
  space: string,
  user: string,
): Promise<{ roles: string[] } | undefined> {
  const row = await reader.get(findMemberRow, { space, user });
  return row && { roles: JSON.parse(row.roles) as string[] };
}
