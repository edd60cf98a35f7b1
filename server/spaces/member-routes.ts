import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { giveRole, takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Presence } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import { strangersTo } from '../relationships/blocks.ts';
import type { Reader } from '../storage/database.ts';
import { deedIn } from '../streams/deeds.ts';
import { isTold, requireTold } from './bot-grants.ts';
import { findMember } from './member-store.ts';
import { membersPage } from './members-page.ts';
import type { SpaceParts } from './routes.ts';
import { requireStanding } from './standing.ts';
import { findSeenMember, seesUnlisted } from './unlisted.ts';

const offline = (user: string): Presence => ({ user, status: 'offline', text: '' });

export function memberRoutes({ database, deeds, clock, presencesOf }: SpaceParts): Binding[] {
  const requireMember = async (reader: Reader, space: string, user: string): Promise<Member> => {
    const member = await findMember(reader, space, user);
    if (!member) throw new Refusal('not_found');
    return member;
  };
  const changeRoles = (actor: string, space: string, user: string, change: { add: string[]; remove: string[] }) =>
    deeds.perform(deedIn(space, '_', actor, 'member.roles', { user, ...change }), (reader) =>
      requireMember(reader, space, user),
    );

  return [
    bind(members.listMembers, ({ params: { space }, query, actor }) =>
      database.read(async (reader) => {
        const { member, permissions } = await requireStanding(reader, space, actor.user, clock.now());
        requireTold(member.grant, 'member');
        const page = await membersPage(reader, space, query, {
          user: actor.user,
          seesAll: seesUnlisted(permissions),
        });
        const seen = isTold(member.grant, 'presence') ? page.members.map(({ user }) => user.id) : [];
        const strangers = await strangersTo(reader, actor.user);
        const presences = presencesOf(seen, actor.user).map((presence) =>
          strangers.has(presence.user) ? offline(presence.user) : presence,
        );
        return { ...page, presences };
      }),
    ),

    bind(members.getMember, ({ params: { space, user }, actor }) =>
      database.read(async (reader) => {
        const standing = await requireStanding(reader, space, actor.user, clock.now());
        if (user !== actor.user) requireTold(standing.member.grant, 'member');
        if (!(await findSeenMember(reader, space, user, standing))) throw new Refusal('not_found');
        return requireMember(reader, space, user);
      }),
    ),

    bind(members.updateMember, ({ params: { space, user }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'member.update', { user, ...body }), (reader) =>
        requireMember(reader, space, user),
      ),
    ),

    bind(giveRole, ({ params: { space, user, role }, actor }) =>
      changeRoles(actor.user, space, user, { add: [role], remove: [] }),
    ),
    bind(takeRole, ({ params: { space, user, role }, actor }) =>
      changeRoles(actor.user, space, user, { add: [], remove: [role] }),
    ),
  ];
}
