import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Shown } from '../streams/binding.ts';
import { removedRequest } from './receive-invite.ts';
import { relatedTo } from './relationship-store.ts';
import { openBySender } from './request-store.ts';

const deleteRelationships = query<{ user: string }>()((p) =>
  sql.deleteFrom('relationships').where(({ eb, or }) => or([eb('user', '=', p.user), eb('other', '=', p.user)])),
);
const deleteRequests = query<{ user: string }>()((p) =>
  sql.deleteFrom('message_requests').where(({ eb, or }) => or([eb('user', '=', p.user), eb('sender', '=', p.user)])),
);
const deletePrivacy = query<{ user: string }>()((p) => sql.deleteFrom('privacy').where('user', '=', p.user));
const deleteLookedUp = query<{ user: string }>()((p) =>
  sql.deleteFrom('looked_up').where(({ eb, or }) => or([eb('user', '=', p.user), eb('other', '=', p.user)])),
);

/** Users of this homeserver who have to do with a user outside of spaces, and so see what becomes of the name. */
export async function acquaintedWith(tx: Writer, user: string): Promise<string[]> {
  const related = await tx.all(relatedTo, { other: user });
  const asked = await tx.all(openBySender, { sender: user });
  return [...new Set([...related, ...asked].map((row) => row.user))];
}

/** Whose account is deleted is nobody's friend, asks nobody and is blocked by nobody any more. [ACC-8] */
export async function forgetPeople(tx: Writer, user: string): Promise<Shown[]> {
  const told: Shown[] = [];
  for (const { user: holder } of await tx.all(relatedTo, { other: user }))
    told.push({ audience: { to: 'user', user: holder }, t: 'relationship.removed', d: { user } });
  for (const { user: asked, space } of await tx.all(openBySender, { sender: user }))
    told.push(removedRequest(asked, space));
  for (const statement of [deleteRelationships, deleteRequests, deletePrivacy, deleteLookedUp])
    await tx.run(statement, { user });
  return told;
}
