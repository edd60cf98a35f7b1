import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { joinProfileOf, rememberUser } from '../accounts/remember-user.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import {
  type AppliedEvent,
  bindEvent,
  type EventBinding,
  nothingToDo,
  type Shown,
  type StateChange,
} from '../streams/binding.ts';
import { findDeparture, forgetDeparture } from '../streams/departures-store.ts';
import { findTimeout, recordAudit } from './audit-store.ts';
import { dropGrant, findGrant, livingGrant } from './bot-grants.ts';
import { disownForged } from './forged-messages.ts';
import { countInviteUse, findInviteRow, requireWorkingInvite } from './invite-store.ts';
import {
  changeMemberCount,
  deleteMember,
  findMember,
  findMemberRow,
  insertMember,
  setNickOf,
  setRolesOf,
  sortNameOf,
  sortRankOf,
} from './member-store.ts';
import { startMarkersAtHeads } from './read-state.ts';
import { requireLowerRole, requireMayGive, requireOwnInChannels } from './role-events.ts';
import { firstOfOthers, showPeople } from './people-of-space.ts';
import { findRoleRow, findSpaceRow, setOwner, showSpace } from './space-store.ts';
import { requireRoomFor } from './spaces-of-user.ts';
import {
  findStanding,
  requireAbove,
  requireOwn,
  requirePermission,
  requireRankOf,
  requireStanding,
} from './standing.ts';
import { audienceOf, countedBy, findGone, forgetGone, listing, noteGone, setListed, setUnlisted } from './unlisted.ts';

const findBan = query<{ space: string; user: string }>()((p) =>
  sql.selectFrom('bans').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);

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
      if (await tx.get(findBan, { space, user: actor })) throw new Refusal('banned');
      if (await tx.get(findMemberRow, { space, user: actor })) throw new Refusal('already_member');
      const isBot = body.profile?.identity.bot || (await userSummaryOf(tx, actor)).bot;
      if (body.unlisted && (row.kind !== 'community' || row.owner === actor || isBot)) throw new Refusal('forbidden');
      if (row.owner === actor) return { body, hub: { roles: [] } };
      if (isBot) return { body, ...(await decideBot(tx, space, actor, now)) };
      if (!body.invite) throw new Refusal('not_found');
      const invite = requireWorkingInvite(await tx.get(findInviteRow, { space, id: body.invite }), now);
      if (invite.user !== null && invite.user !== actor) throw new Refusal('invite_gone');
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

  bindEvent({
    type: 'member.update',
    body: eventBodies['member.update'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (body.user !== actor) {
        const rank = await requireRankOf(tx, standing, body.user);
        if (body.unlisted !== undefined) throw new Refusal('forbidden');
        requirePermission(standing, 'nick.manage');
        requireAbove(standing, rank);
      } else if (body.nick !== undefined && !standing.permissions.has('nick.manage')) {
        requirePermission(standing, 'nick.change');
      }
      if (body.unlisted === undefined) return undefined;
      const { kind, owner } = standing.space;
      if (kind !== 'community' || owner === actor || standing.member.grant) throw new Refusal('forbidden');
      const isUnlisted = (await tx.get(findMemberRow, { space, user: actor }))?.unlisted !== listing.listed;
      return isUnlisted === body.unlisted && body.nick === undefined ? nothingToDo : undefined;
    },
    async apply(tx, event) {
      const { space, body } = event;
      const { user, nick, unlisted } = body;
      if (unlisted !== undefined) await tx.run(unlisted ? setUnlisted : setListed, { space, user });
      if (nick === undefined) return;
      const summary = await userSummaryOf(tx, user);
      await tx.run(setNickOf, { space, user, nick, sort_name: sortNameOf(nick ?? summary.display_name) });
      if (user !== event.actor)
        await recordAudit(tx, event, { target: user, targetName: summary.display_name, changes: { nick } });
    },
    state: ({ body }) => ({ key: `member:${body.user}`, set: 'more' }),
    async show(reader, { space, body: { user, unlisted } }) {
      const shown = await showMember(reader, space, user, 'member.updated');
      const isGone = unlisted && shown[0]?.audience.to === 'seeing';
      if (isGone) shown.push({ audience: { to: 'not seeing', space, user }, t: 'member.unlisted', d: { space, user } });
      return shown;
    },
  }),

  bindEvent({
    type: 'member.roles',
    body: eventBodies['member.roles'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const rank = await requireRankOf(tx, standing, body.user);
      requirePermission(standing, 'role.manage');
      if (body.user !== actor) requireAbove(standing, rank);
      for (const id of [...body.add, ...body.remove]) {
        if (id === 'everyone') throw new Refusal('forbidden');
        const role = await requireLowerRole(tx, standing, id);
        if (body.add.includes(id)) requireOwn(standing, role.permissions);
        await requireOwnInChannels(tx, standing, id, body.add.includes(id) ? 'allow' : 'deny', now);
      }
      const held = new Set(
        JSON.parse((await tx.get(findMemberRow, { space, user: body.user }))?.roles ?? '[]') as string[],
      );
      const add = body.add.filter((id) => !held.has(id));
      const remove = body.remove.filter((id) => held.has(id));
      return add.length + remove.length === 0 ? nothingToDo : { body: { ...body, add, remove } };
    },
    async apply(tx, event) {
      const { user, remove } = event.body;
      const add = event.asState ? await knownRoles(tx, event.space, event.body.add) : event.body.add;
      const row = await tx.get(findMemberRow, { space: event.space, user });
      if (!row) return;
      const held = new Set(JSON.parse(row.roles) as string[]);
      for (const role of add) held.add(role);
      for (const role of remove) held.delete(role);
      const roles = [...held];
      await tx.run(setRolesOf, {
        space: event.space,
        user,
        roles: JSON.stringify(roles),
        sort_rank: await sortRankOf(tx, event.space, roles),
      });
      const summary = await userSummaryOf(tx, user);
      await recordAudit(tx, event, { target: user, targetName: summary.display_name, changes: { add, remove } });
    },
    state: ({ body }) => ({ key: `member:${body.user}`, set: 'more' }),
    show: (reader, event) => showMember(reader, event.space, event.body.user, 'member.updated'),
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

export async function isBanned(reader: Reader, space: string, user: string): Promise<boolean> {
  return (await reader.get(findBan, { space, user })) !== undefined;
}

/** Roles of a state that have gone since have gone from their holders, too. */
async function knownRoles(tx: Writer, space: string, roles: readonly string[]): Promise<string[]> {
  const known: string[] = [];
  for (const role of roles) if (await tx.get(findRoleRow, { space, role })) known.push(role);
  return known;
}

/** What of the state ends with a membership. */
export const memberGone = (user: string): StateChange[] => [
  { key: `member:${user}`, set: 'past' },
  { key: `grant:${user}`, set: 'gone' },
];

/** Takes a member out of the tables. A follower counts one less also where it did not know the member. */
export async function removeMember(
  tx: Writer,
  { space, asState }: Pick<AppliedEvent, 'space' | 'asState'>,
  user: string,
  wasMember = true,
): Promise<void> {
  if (!asState) await dropGrant(tx, space, user);
  if (await tx.get(findMemberRow, { space, user })) {
    await tx.run(forgetGone, { space, user });
    await tx.run(noteGone, { space, user });
    await tx.run(deleteMember, { space, user });
  }
  if (wasMember && !asState) await tx.run(changeMemberCount, { space, by: -1 });
}

export async function showMember(
  reader: Reader,
  space: string,
  user: string,
  t: 'member.joined' | 'member.updated',
): Promise<Shown[]> {
  const member = await findMember(reader, space, user);
  return member ? [{ audience: audienceOf(space, user, member.unlisted === true), t, d: { space, member } }] : [];
}

/** After they went. */
export async function showGone(reader: Reader, space: string, user: string): Promise<Shown[]> {
  const wasUnlisted = (await reader.get(findGone, { space, user })) !== undefined;
  const left: Shown = { audience: audienceOf(space, user, wasUnlisted), t: 'member.left', d: { space, user } };
  return wasUnlisted ? [left, countedBy(space, user, -1)] : [left];
}
