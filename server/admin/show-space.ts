import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Type } from 'typebox';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { workingInvites } from '../spaces/invite-store.ts';
import { channelOf, listChannelRows, listRoles, profileOf } from '../spaces/space-store.ts';
import { streamsOfSpace } from '../streams/lines-store.ts';
import { requireSpace } from './find-space.ts';
import { reads } from './operation.ts';
import { strict } from './schemas.ts';

/** Profile, roles and channels of a community with the head of each stream. */
export const showSpace = reads(
  Type.Object({ space: Type.String({ minLength: 1, maxLength: 300 }) }, strict),
  async ({ database, clock }, input) =>
    database.read(async (reader) => {
      const row = await requireSpace(reader, input.space);
      const space = row.id;
      const heads = new Map((await reader.all(streamsOfSpace, { space })).map((head) => [head.stream, head]));
      const headOf = (stream: string) => {
        const head = heads.get(stream);
        return head ? formatPosition(head) : null;
      };
      const channels = (await listChannelRows(reader, space)).map(channelOf);
      const invites = await reader.all(workingInvites, { space, now: clock.now() });
      return {
        ...profileOf(row),
        owner: await userSummaryOf(reader, row.owner),
        deleted: row.deleted === 1,
        member_count: row.member_count,
        working_invites: invites.length,
        head: headOf('_'),
        roles: (await listRoles(reader, space)).map(({ id, name, rank, permissions }) => ({
          id,
          name,
          rank,
          permissions,
        })),
        channels: channels.map(({ id, kind, name, parent, overrides }) => ({
          id,
          kind,
          name,
          parent,
          overrides: overrides.length,
          head: headOf(id),
        })),
      };
    }),
);
