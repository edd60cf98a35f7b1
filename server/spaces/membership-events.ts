import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { joinProfileOf, rememberUser } from '../accounts/remember-user.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import type { Tables } from '../storage/tables.ts';
import { bindEvent, type EventBinding } from '../streams/binding.ts';
import { findDeparture, forgetDeparture } from '../streams/departures-store.ts';
import { findTimeout } from './audit-store.ts';
import { findGrant, livingGrant } from './bot-grants.ts';
import { disownForged } from './forged-messages.ts';
import { countInviteUse, findInviteRow, requireInviteProof, requireWorkingInvite } from './invite-store.ts';
import { changeMemberCount, findMemberRow, insertMember, sortNameOf, sortRankOf } from './member-store.ts';
import { isBanned, knownRoles, memberGone, removeMember, showGone, showMember } from './membership.ts';
import { firstOfOthers, showPeople } from './people-of-space.ts';
import { startMarkersAtHeads } from './read-state.ts';
import { requireMayGive } from './role-events.ts';
import { findSpaceRow, setOwner, showSpace } from './space-store.ts';
import { requireRoomFor } from './spaces-of-user.ts';
import { findStanding, requireStanding } from './standing.ts';
import { audienceOf, countedBy, listing } from './unlisted.ts';

/** Who comes and who goes. */
export const membershipEvents: EventBinding[] = [
  bindEvent<(typeof eventBodies)['member.join'], HubParts['member.join']>({
    type: 'member.join',
    body: eventBodies['member.join'],
    hub: hubParts['member.join'],
    needsActor: true,
    changesAccess: true,
    async decide(tx, { actor, space = '', body: asked, intent }, now) {
      const row = await tx.get(findSpaceRow, { space });
      if (!row) throw new Refusal('not_found');
      const profile = intent ? undefined : await joinProfileOf(tx, actor);
      const body = profile ? { ...asked, profile } : asked;
      if (await isBanned(tx, space, actor)) throw new Refusal('banned');
      if (await tx.get(findMemberRow, { space, user: actor })) throw new Refusal('already_member');
      const isBot = body.profile?.identity.bot || (await userSummaryOf(tx, actor)).bot;
      if (body.unlisted && (row.kind !== 'community' || row.owner === actor || isBot)) throw new Refusal('forbidden');
      if (row.owner === actor) return { body, hub: { roles: [] } };
      if (isBot) return { body, ...(await decideBot(tx, space, actor, now)) };
      if (!body.invite) throw new Refusal('not_found');
      const invite = requireWorkingInvite(await tx.get(findInviteRow, { space, id: body.invite }), now);
      if (invite.user !== null && invite.user !== actor) throw new Refusal('invite_gone');
      if (intent) requireInviteProof(invite, actor, body.proof);
      await requireRoomFor(tx, actor, row.kind);
      const timeout = await findTimeout(tx, space, actor, now);
      const roles = await rolesGivenBy(tx, invite, now);
      return { body, hub: { roles, ...(timeout === undefined ? {} : { timeout }) } };
    },
    async apply(tx, event) {
      const { space, actor: user, ts } = event;
      const { timeout = null } = event.hub;
      const roles = event.asState ? await knownRoles(tx, space, event.hub.roles) : event.hub.roles;
      if (!event.local && (await rememberUser(tx, event, event.body.profile)))
        await disownForged(tx, space, user, event.home);
      // Their hub does not know it yet. [FOL-19]
      const hasLeft = event.local && (await tx.get(findDeparture, { space, user })) !== undefined;
      if (!hasLeft) {
        const summary = await userSummaryOf(tx, user);
        await tx.run(insertMember, {
          space,
          user,
          roles: JSON.stringify(roles),
          joined: ts,
          timeout,
          sort_rank: await sortRankOf(tx, space, roles),
          sort_name: sortNameOf(summary.display_name),
          unlisted: event.body.unlisted ? listing.unknown : listing.listed,
        });
        // What somebody wrote to one directly is new until it is read.
        if (event.local && (await tx.get(findSpaceRow, { space }))?.kind === 'community')
          await startMarkersAtHeads(tx, space, user);
      }
      if (event.asState) return;
      await tx.run(changeMemberCount, { space, by: 1 });
      if (event.body.invite) await tx.run(countInviteUse, { space, id: event.body.invite });
    },
    /** Who joined and was forgotten is counted until they left. */
    async applyErased(tx, { space, asState }) {
      if (!asState) await tx.run(changeMemberCount, { space, by: 1 });
    },
    state: ({ actor }) => ({ key: `member:${actor}`, set: 'first' }),
    async show(reader, event) {
      const { space, actor, body } = event;
      const shown = await showMember(reader, space, actor, 'member.joined');
      // Gone already. A later event says so and counts one less, for whoever is told of it.
      if (shown.length === 0) return [{ audience: { to: 'space', space }, t: 'space.counted', d: { space, by: 1 } }];
      if (!body?.unlisted) return [...shown, ...(await showPeople(reader, event))];
      // They may be on the lists by now: that is told by a later event, and counts nobody twice.
      const audience = audienceOf(space, actor, true);
      return [...shown.map((one) => ({ ...one, audience })), countedBy(space, actor, 1)];
    },
  }),

  bindEvent<(typeof eventBodies)['member.leave'], HubParts['member.leave']>({
    type: 'member.leave',
    body: eventBodies['member.leave'],
    hub: hubParts['member.leave'],
    needsActor: true,
    changesAccess: true,
    async decide(tx, { actor, space = '' }, now) {
      // A bot whose grant is over is no member any more and still has to go.
      if ((await findGrant(tx, space, actor)) && (await tx.get(findMemberRow, { space, user: actor })))
        return undefined;
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.owner !== actor) return undefined;
      if (standing.space.kind === 'community') throw new Refusal('owner_cannot');
      const heir = await tx.get(firstOfOthers, { space, user: actor });
      return heir && { hub: { owner: heir.user } };
    },
    async apply(tx, event) {
      const { space, actor: user, intent: id } = event;
      await removeMember(tx, event, user);
      if (event.local) await tx.run(forgetDeparture, { space, user, id });
      if (event.hub?.owner && !event.stateOf) await tx.run(setOwner, { space: event.space, owner: event.hub.owner });
    },
    state: ({ actor, hub }) => [...memberGone(actor), ...(hub?.owner ? [{ key: 'space', set: 'more' } as const] : [])],
    show: async (reader, event) => [
      ...(await showGone(reader, event.space, event.actor)),
      ...(event.hub?.owner ? await showSpace(reader, event) : []),
      ...(await showPeople(reader, event)),
    ],
  }),
];

/** The role of an invite, as long as its creator could give it. [INV-6] */
async function rolesGivenBy(tx: Writer, { space, creator, role }: Tables['invites'], now: number): Promise<string[]> {
  const giver = role && (await findStanding(tx, space, creator, now));
  if (!role || !giver) return [];
  try {
    await requireMayGive(tx, giver, role, now);
    return [role];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** The grant is the invitation of a bot, and there is no other. [BOT-6] */
async function decideBot(tx: Writer, space: string, bot: string, now: number): Promise<{ hub: { roles: string[] } }> {
  if (!(await livingGrant(tx, space, bot, now))) throw new Refusal('not_found');
  await requireRoomFor(tx, bot, 'community');
  return { hub: { roles: [] } };
}
