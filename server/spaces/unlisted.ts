import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent, Shown } from '../streams/binding.ts';
import { findMemberRow } from './member-store.ts';

type OfMember = { space: string; user: string };

/** What the column `unlisted` of a member says. */
export const listing = {
  listed: 0,
  unlisted: 1,
  /** Since joining: other homeservers do not know either. */
  unknown: 2,
} as const;

/** Whoever may moderate members sees all of them. [UNL-2] */
export const seesUnlisted = (permissions: ReadonlySet<Permission>): boolean =>
  permissions.has('member.kick') || permissions.has('member.ban');

/** The member as far as they are on the lists or `viewer` sees those who are not. */
export async function findSeenMember(
  reader: Reader,
  space: string,
  user: string,
  viewer: { user: string; permissions: ReadonlySet<Permission> },
) {
  const row = await reader.get(findMemberRow, { space, user });
  if (!row || row.unlisted === listing.listed || user === viewer.user) return row;
  return seesUnlisted(viewer.permissions) ? row : undefined;
}

export const setUnlisted = query<OfMember>()((p) =>
  sql
    .updateTable('members')
    .set({ unlisted: listing.unlisted })
    .where('space', '=', p.space)
    .where('user', '=', p.user)
    .where('unlisted', '=', listing.listed),
);
export const setListed = query<OfMember>()((p) =>
  sql.updateTable('members').set({ unlisted: listing.listed }).where('space', '=', p.space).where('user', '=', p.user),
);

export const findGone = query<OfMember>()((p) =>
  sql.selectFrom('unlisted_gone').select('unlisted').where('space', '=', p.space).where('user', '=', p.user),
);
export const forgetGone = query<OfMember>()((p) =>
  sql.deleteFrom('unlisted_gone').where('space', '=', p.space).where('user', '=', p.user),
);
/** Before an unlisted member goes, so that who is told of that can still be said. */
export const noteGone = query<OfMember>()((p) =>
  sql
    .insertInto('unlisted_gone')
    .columns(['space', 'user', 'unlisted'])
    .expression(
      sql
        .selectFrom('members')
        .select(['space', 'user', 'unlisted'])
        .where('space', '=', p.space)
        .where('user', '=', p.user)
        .where('unlisted', '>', listing.listed),
    ),
);

const unlistedOf = query<{ user: string }>()((p) =>
  sql.selectFrom('members').select('space').where('user', '=', p.user).where('unlisted', '>', listing.listed),
);

/** Spaces in which a user is on no list. */
export async function unlistedIn(reader: Reader, user: string): Promise<Set<string>> {
  return new Set((await reader.all(unlistedOf, { user })).map(({ space }) => space));
}

/** Those who are not told that an unlisted member came or went count all the same. [UNL-4] */
export function countedBy(space: string, user: string, by: 1 | -1): Shown {
  return { audience: { to: 'not seeing', space, user }, t: 'space.counted', d: { space, by } };
}

/** Who is told about a member: everybody, or who sees one who is not listed. */
export function audienceOf(space: string, user: string, isUnlisted: boolean): Shown['audience'] {
  return isUnlisted ? { to: 'seeing', space, user } : { to: 'space', space };
}

/** Who is on no list any more because of an event. */
export function unlistedBy({ type, body }: AppliedEvent): string | undefined {
  const { user, unlisted } = (body ?? {}) as { user?: string; unlisted?: boolean };
  return type === 'member.update' && unlisted === true ? user : undefined;
}
