import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { SpacePerson } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { EventBody } from '@folkmoot/protocol-spec/schemas/events.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Shown } from '../streams/binding.ts';
import { workingInvites } from './invite-store.ts';
import { findSpaceRow } from './space-store.ts';
import type { Standing } from './standing.ts';

const membersInOrder = query<{ space: string }>()((p) =>
  sql.selectFrom('members').select('user').where('space', '=', p.space).orderBy('joined').orderBy('user'),
);
export const firstOfOthers = query<{ space: string; user: string }>()((p) =>
  sql
    .selectFrom('members')
    .select('user')
    .where('space', '=', p.space)
    .where('user', '!=', p.user)
    .orderBy('joined')
    .orderBy('user')
    .limit(1),
);

/** Ids of the members of a direct message or group, and of those who are invited to it. */
export async function idsOfPeople(
  reader: Reader,
  space: string,
  now: number,
): Promise<{ members: Set<string>; invited: Set<string> }> {
  const members = new Set((await reader.all(membersInOrder, { space })).map(({ user }) => user));
  const invites = await reader.all(workingInvites, { space, now });
  const invited = new Set(invites.flatMap(({ user }) => (user !== null && !members.has(user) ? [user] : [])));
  return { members, invited };
}

/** Everybody in a direct message or group, or invited to it, by id; of a direct message both, whoever has left. [DM-6] */
export async function peopleOf(reader: Reader, space: string, now: number): Promise<SpacePerson[]> {
  const { members, invited } = await idsOfPeople(reader, space, now);
  const row = await reader.get(findSpaceRow, { space });
  const both = row?.kind === 'dm' ? await bothOf(reader, space) : [];
  const people: SpacePerson[] = [];
  for (const id of [...new Set([...members, ...invited, ...both])].sort())
    people.push({ user: await userSummaryOf(reader, id), member: members.has(id) });
  return people;
}

/** Tells all members who is in it now; nothing in a community. */
export async function showPeople(reader: Reader, { space }: { space: string }): Promise<Shown[]> {
  const row = await reader.get(findSpaceRow, { space });
  if (!row || row.kind === 'community') return [];
  // A direct invite has no end, so the time does not matter.
  return [
    { audience: { to: 'space', space }, t: 'space.people', d: { space, people: await peopleOf(reader, space, 0) } },
  ];
}

/** Throws `forbidden` or `limit_reached` for what is no invite of one more person. [DM-4] */
export async function requireDirectInvite(
  reader: Reader,
  { space }: Standing,
  { user, max_uses, expires, role }: EventBody<'invite.create'>,
  now: number,
): Promise<void> {
  if (!user || max_uses !== 1 || expires !== null || role !== null) throw new Refusal('forbidden');
  const { members, invited } = await idsOfPeople(reader, space.id, now);
  if (members.has(user) || invited.has(user)) throw new Refusal('already_member');
  if (space.kind === 'dm') {
    const others = [...members, ...invited, ...(await everInvited(reader, space.id))];
    if (others.some((other) => other !== user && other !== space.owner)) throw new Refusal('forbidden');
  } else if (members.size + invited.size >= limits.groupMembers) {
    throw new Refusal('limit_reached', { limit: limits.groupMembers });
  }
}

const namedByInvites = query<{ space: string }>()((p) =>
  sql.selectFrom('invites').select('user').where('space', '=', p.space).where('user', 'is not', null),
);

const founderOf = query<{ space: string }>()((p) =>
  sql.selectFrom('audit').select('actor').where('space', '=', p.space).where('type', '=', 'space.create'),
);

/** The two that a direct message is between: who founded it and who was invited. */
async function bothOf(reader: Reader, space: string): Promise<string[]> {
  const founder = await reader.get(founderOf, { space });
  return [...(founder ? [founder.actor] : []), ...(await everInvited(reader, space))];
}

/** Also those whose invite was used and who left again. */
async function everInvited(reader: Reader, space: string): Promise<string[]> {
  return (await reader.all(namedByInvites, { space })).flatMap(({ user }) => user ?? []);
}
