import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { IdentityDocument } from '@folkmoot/federation/schemas.ts';
import type { PeerProfile, PeerSender } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { anonymiseUser, blankUser, findUser, insertUser, type UserRow } from '../accounts/account-store.ts';
import { moveMemberships } from '../accounts/remember-user.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

const updateRemote = query<
  Pick<UserRow, 'id' | 'handle' | 'display_name' | 'bio' | 'pronouns' | 'identity' | 'home' | 'bot'>
>()((p) =>
  sql
    .updateTable('users')
    .set({
      handle: p.handle,
      display_name: p.display_name,
      bio: p.bio,
      pronouns: p.pronouns,
      identity: p.identity,
      home: p.home,
      bot: p.bot,
    })
    .where('id', '=', p.id)
    .where('home', 'is not', null),
);

/** For one who was not known before and of whom nothing is to be kept. */
export const dropRemote = query<{ id: string }>()((p) =>
  sql.deleteFrom('users').where('id', '=', p.id).where('home', 'is not', null),
);

/** The identity document of a user of a homeserver. Throws `wrong_origin` for one of another, `invalid_body` for none. [PPL-1] */
export function requireIdentityOf(server: string, value: unknown): IdentityDocument {
  let identity: IdentityDocument;
  try {
    identity = requireIdentity(value);
  } catch (error) {
    if (error instanceof ProtocolError) throw new Refusal('invalid_body', { path: '/identity', code: error.code });
    throw error;
  }
  if (identity.home !== server) throw new Refusal('wrong_origin');
  return identity;
}

/** Keeps who a user of another homeserver is; true where something of it is news. Throws as `requireIdentityOf`. */
export async function keepRemoteUser(
  tx: Writer,
  server: string,
  said: PeerSender & Partial<PeerProfile>,
  now: number,
): Promise<{ user: string; isNews: boolean }> {
  const identity = requireIdentityOf(server, said.identity);
  const { user: id, handle } = identity;
  const before = await tx.get(findUser, { id });
  if (before?.home === null) throw new Refusal('wrong_origin');
  if (before?.state === 'deleted') return { user: id, isNews: false };
  const known = serialOf(before);
  // Another home with the same serial would be two homes at once.
  if (identity.serial < known || (identity.serial === known && before?.home !== server))
    throw new Refusal('wrong_origin');
  const fields = {
    id,
    handle,
    display_name: said.display_name,
    bio: said.bio ?? before?.bio ?? '',
    pronouns: said.pronouns ?? before?.pronouns ?? '',
    identity: JSON.stringify(identity),
    home: server,
    bot: identity.bot ? 1 : null,
  };
  if (before) {
    await tx.run(updateRemote, fields);
    await tx.run(moveMemberships, fields);
    const isSame = (['handle', 'display_name', 'bio', 'pronouns', 'home'] as const).every(
      (name) => fields[name] === before[name],
    );
    return { user: id, isNews: !isSame };
  }
  await tx.run(insertUser, { ...blankUser, ...fields, created: said.created ?? now });
  return { user: id, isNews: true };
}

/** Forgets who a user of another homeserver was, whose account was deleted there; false where it is none of theirs. [PPL-8] */
export async function anonymiseRemote(tx: Writer, server: string, user: string): Promise<boolean> {
  const row = await tx.get(findUser, { id: user });
  if (row?.home !== server || row.state === 'deleted') return false;
  const { v, key } = JSON.parse(row.identity) as Partial<IdentityDocument>;
  await tx.run(anonymiseUser, { id: user, identity: JSON.stringify({ v, user, key }) });
  return true;
}

function serialOf(row: UserRow | undefined): number {
  const { serial } = JSON.parse(row?.identity ?? '{}') as { serial?: unknown };
  return typeof serial === 'number' ? serial : 0;
}
