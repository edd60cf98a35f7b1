import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { spacesToldOf } from './bot-grants.ts';
import { findMemberRow } from './member-store.ts';
import { findStanding } from './standing.ts';
import { listing, seesUnlisted } from './unlisted.ts';

type Pair = { user: string; other: string };

const inCommon = (p: Readonly<Pair>) =>
  sql
    .selectFrom('members as mine')
    .innerJoin('members as theirs', 'theirs.space', 'mine.space')
    .select('mine.space')
    .where('mine.user', '=', p.user)
    .where('theirs.user', '=', p.other);
const sharedSpace = query<Pair>()((p) => inCommon(p).where('theirs.unlisted', '=', listing.listed).limit(1));
const sharedUnlisted = query<Pair>()((p) => inCommon(p).where('theirs.unlisted', '>', listing.listed));

/** Whether a user sees another one as a member of some space. */
export async function sharesSpace(reader: Reader, user: string, other: string): Promise<boolean> {
  if (user === other) return true;
  const told = await spacesToldOf(reader, user, 'member');
  return told ? isInOneOf(reader, told, other) : seesInASpace(reader, user, other);
}

/** Those of some users whom one sees as members of some space. */
export async function sharingSpace(reader: Reader, user: string, others: readonly string[]): Promise<string[]> {
  const told = await spacesToldOf(reader, user, 'presence');
  const shares = (other: string) => (told ? isInOneOf(reader, told, other) : seesInASpace(reader, user, other));
  const found: string[] = [];
  for (const other of others) if (other === user || (await shares(other))) found.push(other);
  return found;
}

async function seesInASpace(reader: Reader, user: string, other: string): Promise<boolean> {
  if (await reader.get(sharedSpace, { user, other })) return true;
  for (const { space } of await reader.all(sharedUnlisted, { user, other })) {
    const standing = await findStanding(reader, space, user, 0);
    if (standing && seesUnlisted(standing.permissions)) return true;
  }
  return false;
}

async function isInOneOf(reader: Reader, spaces: readonly string[], user: string): Promise<boolean> {
  for (const space of spaces) {
    const row = await reader.get(findMemberRow, { space, user });
    if (row?.unlisted === listing.listed) return true;
  }
  return false;
}
