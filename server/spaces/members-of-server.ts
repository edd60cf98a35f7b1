import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { listing } from './unlisted.ts';

type OfServer = { space: string; server: string };

const ofServer = (p: Readonly<OfServer>) =>
  sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .where('members.space', '=', p.space)
    .where('members.home', '=', p.server);

const newestOfServer = query<OfServer & { limit: number }>()((p) =>
  ofServer(p).select('members.user').orderBy('members.joined', 'desc').orderBy('members.user').limit(p.limit),
);

const shownOfServer = query<OfServer & { limit: number }>()((p) =>
  ofServer(p)
    .select('members.user')
    .where('members.unlisted', '!=', listing.unknown)
    .orderBy('members.joined', 'desc')
    .orderBy('members.user')
    .limit(p.limit),
);
const unknownOfServer = query<OfServer>()((p) =>
  ofServer(p).select('members.user').where('members.unlisted', '=', listing.unknown).orderBy('members.user'),
);

/**
 * Members from one homeserver who stand for all of it: one of each set of roles, because there can be very many who hold the same, and each
 * of those named and of the bots, who may differ from others with the same roles.
 */
export async function membersFrom(
  reader: Reader,
  of: OfServer,
  named: readonly string[],
): Promise<{ user: string; roles: string; bot: number | null }[]> {
  const alike = ofServer(of)
    .select(({ fn }) => ['members.roles', fn.min('members.user').as('user'), sql.lit(0).as('bot')])
    .where(({ fn, lit, eb }) => eb(fn.coalesce('users.bot', lit(0)), '=', 0))
    .where('members.user', 'not in', named)
    .groupBy('members.roles');
  const apart = ofServer(of)
    .select(['members.roles', 'members.user', 'users.bot'])
    .where(({ eb, or }) => or([eb('users.bot', '=', 1), eb('members.user', 'in', named)]));
  return [...(await reader.select(alike)), ...(await reader.select(apart))];
}

/** Those who joined last. */
export async function newestMembersFrom(reader: Reader, of: OfServer, limit: number): Promise<string[]> {
  return (await reader.all(newestOfServer, { ...of, limit })).map(({ user }) => user);
}

/** Those of them whom an event that everybody gets may name. */
export async function shownMembersFrom(reader: Reader, of: OfServer, limit: number): Promise<string[]> {
  return (await reader.all(shownOfServer, { ...of, limit })).map(({ user }) => user);
}

/** Those whom other homeservers do not know. */
export async function unknownMembersFrom(reader: Reader, of: OfServer): Promise<string[]> {
  return (await reader.all(unknownOfServer, of)).map(({ user }) => user);
}
