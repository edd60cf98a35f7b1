import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import type { Role, SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Reader } from '../storage/database.ts';
import { grantsOf } from './bot-grants.ts';
import { findMemberRow } from './member-store.ts';
import { channelOf, findSpaceRow, listChannelRows, listRoles } from './space-store.ts';

/** What decides who sees what in a space; undefined where there is none. */
export async function spaceAccess(
  reader: Reader,
  space: string,
): Promise<
  | {
      owner: string;
      kind: SpaceProfile['kind'];
      roles: Role[];
      channels: { id: string; overrides: Override[] }[];
      grants: Map<string, BotGrant>;
    }
  | undefined
> {
  const row = await reader.get(findSpaceRow, { space });
  if (!row) return undefined;
  const channels = (await listChannelRows(reader, space))
    .map(channelOf)
    .map(({ id, overrides }) => ({ id, overrides }));
  const grants = new Map((await grantsOf(reader, space)).map((grant) => [grant.bot, grant]));
  return { owner: row.owner, kind: row.kind, roles: await listRoles(reader, space), channels, grants };
}

export async function memberRoles(
  reader: Reader,
  space: string,
  user: string,
): Promise<{ roles: string[] } | undefined> {
  const row = await reader.get(findMemberRow, { space, user });
  return row && { roles: JSON.parse(row.roles) as string[] };
}
