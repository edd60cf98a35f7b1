import type { IdentityDocument } from '@folkmoot/federation/schemas.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent } from '../streams/binding.ts';
import { type JoinProfile, serialOf } from '../streams/home-of-actor.ts';
import { blankUser, findUser, insertUser } from './account-store.ts';

const updateRemoteUser = query<{
  id: string;
  handle: string;
  display_name: string;
  home: string;
  identity: string;
  bot: number | null;
}>()((p) =>
  sql
    .updateTable('users')
    .set({ handle: p.handle, display_name: p.display_name, home: p.home, identity: p.identity, bot: p.bot })
    .where('id', '=', p.id)
    .where('home', 'is not', null),
);

/** Also where memberships say it. */
export const moveMemberships = query<{ id: string; home: string }>()((p) =>
  sql.updateTable('members').set({ home: p.home }).where('user', '=', p.id).where('home', '!=', p.home),
);

/**
 * Notes who a user of another homeserver is; true where nothing was known. What is known already changes with a later document, or when
 * it is news.
 */
export async function rememberUser(
  tx: Writer,
  event: AppliedEvent,
  profile: JoinProfile | undefined,
): Promise<boolean> {
  const { actor: id, home, ts } = event;
  const row = await tx.get(findUser, { id });
  if (row?.home === null) return false;
  const { handle, bot, serial = 0 } = (profile?.identity ?? {}) as Partial<IdentityDocument>;
  const known = {
    handle: handle ?? null,
    display_name: profile?.display_name ?? 'Unknown user',
    home,
    identity: JSON.stringify(profile?.identity ?? {}),
    bot: bot ? 1 : null,
  };
  if (!row) {
    await tx.run(insertUser, { ...blankUser, id, ...known, created: ts });
  } else if (
    handle !== undefined &&
    (serial > serialOf(row.identity) || (serial === serialOf(row.identity) && event.pos > 0))
  ) {
    await tx.run(updateRemoteUser, { id, ...known, handle });
    await tx.run(moveMemberships, { id, home });
  }
  return row === undefined;
}

/** Who an account of this homeserver is, as others are told when it joins; undefined where it is not known. */
export async function joinProfileOf(reader: Reader, user: string): Promise<JoinProfile | undefined> {
  const row = await reader.get(findUser, { id: user });
  if (!row || row.home !== null || row.state === 'deleted') return undefined;
  return { identity: JSON.parse(row.identity) as JoinProfile['identity'], display_name: row.display_name };
}
