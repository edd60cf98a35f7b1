import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { DirectInvite, DirectSpaces } from '../relationships/parts.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { type DeedInSpace, deedIn, type Deeds, done } from '../streams/deeds.ts';
import { createDirect, type CreateSpaceParts } from './create-space.ts';
import { findInviteById, inviteIdOf } from './invite-store.ts';
import { findMemberRow } from './member-store.ts';
import { openingSpace, viewOf } from './opening-space.ts';
import { idsOfPeople } from './people-of-space.ts';
import { sharesSpace } from './sharing-spaces.ts';
import { findSpaceRow, listChannelRows } from './space-store.ts';
import { requireStanding } from './standing.ts';

type Pair = { user: string; other: string };

/** The other is or was in it, or is invited: a direct invite stays when it was used, as does who founded it. */
const directWith = query<Pair>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('spaces', 'spaces.id', 'members.space')
    .select(['spaces.id', 'spaces.hub'])
    .where('members.user', '=', p.user)
    .where('spaces.kind', '=', 'dm')
    .where('spaces.deleted', '=', 0)
    .where(({ exists, or, selectFrom }) =>
      or([
        exists(
          selectFrom('members as theirs')
            .select('theirs.user')
            .whereRef('theirs.space', '=', 'spaces.id')
            .where('theirs.user', '=', p.other),
        ),
        exists(
          selectFrom('invites')
            .select('invites.id')
            .whereRef('invites.space', '=', 'spaces.id')
            .where('invites.user', '=', p.other),
        ),
        exists(
          selectFrom('audit')
            .select('audit.pos')
            .whereRef('audit.space', '=', 'spaces.id')
            .where('audit.type', '=', 'space.create')
            .where('audit.actor', '=', p.other),
        ),
      ]),
    )
    .orderBy('spaces.created')
    .orderBy('spaces.id')
    .limit(1),
);
const sharedDirect = query<Pair>()((p) =>
  sql
    .selectFrom('members as mine')
    .innerJoin('spaces', 'spaces.id', 'mine.space')
    .select(['spaces.id', 'spaces.kind', 'mine.roles'])
    .where('mine.user', '=', p.user)
    .where('spaces.kind', '!=', 'community')
    .where('spaces.deleted', '=', 0)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('channels')
          .innerJoin('messages', 'messages.stream_no', 'channels.stream_no')
          .select('messages.seq')
          .whereRef('channels.space', '=', 'spaces.id')
          .where('messages.author', '=', p.other),
      ),
    ),
);

/** Spaces that a user is invited to by a direct invite that still works: its members see how the user is named. */
const invitedTo = query<{ user: string }>()((p) =>
  sql.selectFrom('invites').select('space').where('user', '=', p.user).where('uses', '=', 0),
);

export async function spacesInvitedTo(reader: Reader, user: string): Promise<string[]> {
  return (await reader.all(invitedTo, { user })).map(({ space }) => space);
}

export interface DirectSpacesParts extends CreateSpaceParts {
  deeds: Deeds;
  clock: Clock;
}

/** Direct messages and groups, as the people around them need them. */
export function directSpaces(parts: DirectSpacesParts): Omit<DirectSpaces, 'joinAtHub'> {
  const { deeds, clock, spaceLog } = parts;

  async function inviting(
    reader: Reader,
    actor: string,
    space: string,
    user: string,
  ): Promise<{ deed: DeedInSpace; invite: DirectInvite }> {
    const row = await reader.get(findSpaceRow, { space });
    if (!row || row.kind === 'community') throw new Refusal('not_found');
    const code = randomBytes(16).toString('base64url');
    const body = { invite: inviteIdOf(code), max_uses: 1, expires: null, role: null, user };
    const deed = deedIn(space, '_', actor, 'invite.create', body);
    return { deed, invite: { kind: row.kind, space, hub: row.hub, code } };
  }

  return {
    sharesSpace,

    async findDirect(reader, user, other) {
      const found = await reader.get(directWith, { user, other });
      if (!found) return undefined;
      const { members, invited } = await idsOfPeople(reader, found.id, clock.now());
      return { space: found.id, hub: found.hub, isReached: members.has(other) || invited.has(other) };
    },

    createDirect: async (tx, owner, kind) => (await createDirect(parts, tx, owner, kind)).space,

    async invite(tx, actor, space, user) {
      const { deed, invite } = await inviting(tx, actor, space, user);
      await spaceLog.submit(tx, deed);
      return invite;
    },

    async inviteAtHub(reader, actor, space, user) {
      const { deed, invite } = await inviting(reader, actor, space, user);
      return { invite, submit: () => deeds.perform(deed, done) };
    },

    async newInGroup(reader, user, space, others) {
      const standing = await requireStanding(reader, space, user, clock.now());
      if (standing.space.kind !== 'group') throw new Refusal('not_found');
      const { members, invited } = await idsOfPeople(reader, space, clock.now());
      return others.filter((other) => !members.has(other) && !invited.has(other));
    },

    async join(tx, user, code) {
      const invite = await tx.get(findInviteById, { id: inviteIdOf(code) });
      // Whoever delivered it may have named any invite.
      if (!invite || invite.user !== user) throw new Refusal('invite_gone');
      const { space, id } = invite;
      if (await tx.get(findMemberRow, { space, user })) return;
      await spaceLog.submit(tx, deedIn(space, '_', user, 'member.join', { invite: id }));
    },

    async requireOpening(reader, user, space) {
      const opening = await openingSpace(reader, user, space, clock.now());
      if (!opening) throw new Refusal('not_found');
      return opening;
    },

    async viewsWith(reader, user, other) {
      const views = [];
      for (const { id: space, kind, roles } of await reader.all(sharedDirect, { user, other })) {
        for (const row of await listChannelRows(reader, space)) {
          const view = await viewOf(reader, kind, row, user, JSON.parse(roles) as string[]);
          views.push({ space, channel: row.id, view });
        }
      }
      return views;
    },
  };
}
