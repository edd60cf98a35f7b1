import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import * as invites from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { requireAccount, userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import type { Reader } from '../storage/database.ts';
import { deedIn, done } from '../streams/deeds.ts';
import {
  findInviteById,
  findInviteRow,
  inviteIdOf,
  inviteNamesOf,
  inviteOf,
  inviteWorks,
  workingInvites,
} from './invite-store.ts';
import { findMemberRow } from './member-store.ts';
import type { SpaceParts } from './routes.ts';
import { findSpaceRow } from './space-store.ts';
import { requireStanding } from './standing.ts';

/** Invites of spaces of other hubs. Each throws Refusal. */
export interface InvitesElsewhere {
  preview(code: string, via: string): Promise<Omit<AnswerOf<typeof invites.previewInvite>, 'member'>>;
  join(user: string, code: string, via: string, terms?: { unlisted?: boolean }): Promise<Space>;
  /** Whether the hub of a space can be reached. */
  stateOf(space: string): 'here' | 'away';
}

interface InviteParts extends SpaceParts {
  requireOpening(reader: Reader, user: string, space: string): Promise<Space>;
  newCode(): string;
}

export function inviteRoutes({
  database,
  deeds,
  clock,
  serverName,
  publicUrl,
  requireOpening,
  newCode,
  elsewhere,
}: InviteParts): Binding[] {
  const requireElsewhere = (): InvitesElsewhere => {
    if (!elsewhere) throw new Refusal('hub_away');
    return elsewhere;
  };

  return [
    bind(invites.createInvite, ({ params: { space }, body, actor }) => {
      const code = newCode();
      const names = inviteNamesOf(code);
      const { expires_in = 7 * 86_400, max_uses = null, role = null } = body;
      const expires = expires_in === null ? null : clock.now() + expires_in * 1000;
      const deed = deedIn(space, '_', actor.user, 'invite.create', { ...names, max_uses, expires, role });
      return deeds.perform(deed, async (reader) => {
        const row = await reader.get(findInviteRow, { space, id: names.invite });
        if (!row) throw new Refusal('not_found');
        const hub = (await reader.get(findSpaceRow, { space }))?.hub ?? serverName;
        const url = `${hub === serverName ? publicUrl : `https://${hub}`}/invite/${code}`;
        return { code, url, invite: await inviteOf(reader, row) };
      });
    }),

    bind(invites.listInvites, ({ params: { space }, actor }) =>
      database.read(async (reader) => {
        const now = clock.now();
        const standing = await requireStanding(reader, space, actor.user, now);
        const all = standing.permissions.has('invite.manage');
        const rows = (await reader.all(workingInvites, { space, now })).filter(
          (row) => all || row.creator === actor.user,
        );
        const found = [];
        for (const row of rows) found.push(await inviteOf(reader, row));
        return { invites: found };
      }),
    ),

    bind(invites.revokeInvite, ({ params: { space, invite }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'invite.revoke', { invite }), done),
    ),

    bind(invites.previewInvite, async ({ params: { code }, query: { via }, visitor }) => {
      if (via !== undefined && via !== serverName) {
        // It makes this homeserver ask another one, which is only for its own users.
        if (!visitor) throw new Refusal('unauthenticated');
        const { space, inviter, expires } = await requireElsewhere().preview(code, via);
        const { id, name, description, member_count } = space;
        const member = await database.read((reader) => reader.get(findMemberRow, { space: id, user: visitor.user }));
        return { space: { id, name, description, member_count }, inviter, expires, member: member !== undefined };
      }
      return database.read(async (reader) => {
        const invite = await reader.get(findInviteById, { id: inviteIdOf(code) });
        const space = invite && (await reader.get(findSpaceRow, { space: invite.space }));
        if (!invite || !space || !inviteWorks(invite, clock.now())) throw new Refusal('not_found');
        const { id, name, description, member_count } = space;
        if (invite.user !== null && invite.user !== visitor?.user) throw new Refusal('not_found');
        const member = visitor && (await reader.get(findMemberRow, { space: id, user: visitor.user }));
        const inviter = await userSummaryOf(reader, invite.creator);
        return {
          space: { id, name, description, member_count },
          inviter: inviter.display_name,
          expires: invite.expires,
          member: member !== undefined,
        };
      });
    }),

    bind(invites.joinByInvite, async ({ params: { code }, body, actor }) => {
      const { via, unlisted } = body ?? {};
      const terms = unlisted ? { unlisted } : {};
      if (via !== undefined && via !== serverName) return requireElsewhere().join(actor.user, code, via, terms);
      const invite = await database.read((reader) => reader.get(findInviteById, { id: inviteIdOf(code) }));
      if (!invite) throw new Refusal('invite_gone');
      const { space } = invite;
      const hub = await database.read(async (reader) => (await reader.get(findSpaceRow, { space }))?.hub);
      if (hub !== undefined && hub !== serverName) return requireElsewhere().join(actor.user, code, hub, terms);
      const plan = async (reader: Reader) => {
        await requireAccount(reader, actor.user);
        const isMember = await reader.get(findMemberRow, { space, user: actor.user });
        return isMember ? undefined : deedIn(space, '_', actor.user, 'member.join', { invite: invite.id, ...terms });
      };
      return deeds.perform({ space, plan }, (reader) => requireOpening(reader, actor.user, space));
    }),
  ];
}
