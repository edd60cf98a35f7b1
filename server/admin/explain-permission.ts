import { permissionNames, permissions as catalogue } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { explainPermissions } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import { Type } from 'typebox';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { findGrant } from '../spaces/bot-grants.ts';
import { findMember } from '../spaces/member-store.ts';
import { channelOf, listRoles } from '../spaces/space-store.ts';
import { requireChannel, requireSpace } from './find-space.ts';
import { requireUser } from './find-user.ts';
import { OperationError, reads } from './operation.ts';
import { strict } from './schemas.ts';

const Named = Type.String({ minLength: 1, maxLength: 300 });

/** What decides each permission of a member, also in channels that the member does not see. */
export const explainPermission = reads(
  Type.Object({ space: Named, user: Named, channel: Type.Optional(Named) }, strict),
  async ({ database, config, clock }, input) =>
    database.read(async (reader) => {
      const space = await requireSpace(reader, input.space);
      const { id: user, handle } = await requireUser(reader, config.server_name, input.user);
      const member = await findMember(reader, space.id, user);
      if (!member) throw new OperationError('not_a_member', `${input.user} is not a member of ${space.name}.`);
      const grant = await findGrant(reader, space.id, user);
      const row = input.channel === undefined ? undefined : await requireChannel(reader, space.id, input.channel);
      const channel = row && channelOf(row);
      const roles = await listRoles(reader, space.id);

      const explained = explainPermissions({
        owner: space.owner,
        roles,
        member: { user, roles: member.roles, timeout: member.timeout, ...(grant ? { grant } : {}) },
        now: clock.now(),
        ...(channel ? { channel: channel.id, overrides: channel.overrides } : {}),
      });
      const nameOf = async (id: string) =>
        roles.find((role) => role.id === id)?.name ?? (await userSummaryOf(reader, id)).display_name;
      const permissions = [];
      for (const permission of permissionNames) {
        const { allowed = false, by = 'nothing', source = null } = explained.get(permission) ?? {};
        const { title } = catalogue[permission];
        const source_name = source === null ? null : await nameOf(source);
        permissions.push({ permission, title, allowed, by, source, source_name });
      }
      return {
        space: { id: space.id, name: space.name },
        user: { id: user, handle },
        channel: channel ? { id: channel.id, name: channel.name } : null,
        roles: roles.filter((role) => member.roles.includes(role.id)).map(({ id, name }) => ({ id, name })),
        timeout: member.timeout,
        permissions,
      };
    }),
);
