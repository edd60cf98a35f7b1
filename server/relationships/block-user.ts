import type { Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { requireRelationship, takeStep } from './change-relationship.ts';
import { requireWhom } from './find-whom.ts';
import type { PeopleParts } from './parts.ts';
import { removedRequest } from './receive-invite.ts';
import { stepOfBlock } from './relationship-states.ts';
import { ignoreRow, openFrom } from './request-store.ts';
import { tellRelations } from './tell-relations.ts';

/** Nothing of the other gets through any more, and nothing says so. Throws `not_found`, `invalid_body`, `limit_reached`. [REL-5] */
export async function blockUser(parts: PeopleParts, user: string, whom: string): Promise<Relationship> {
  const other = await requireWhom(parts, user, whom);
  if (other === user) throw new Refusal('invalid_body', { path: '/user' });
  const { told, relationship } = await parts.commit(async (tx) => ({
    told: [
      ...(await takeStep(parts, tx, user, other, stepOfBlock)),
      ...(await ignoreRequestsOf(tx, user, other)),
      ...(await shownViews(parts, tx, user, other)),
    ],
    relationship: await requireRelationship(tx, user, other),
  }));
  tellRelations(parts, user, other, told);
  return relationship;
}

export async function unblockUser(parts: PeopleParts, user: string, other: string): Promise<void> {
  const told = await parts.commit(async (tx) => {
    const changed = await takeStep(parts, tx, user, other, (kind) => ({ kind: kind === 'blocked' ? 'none' : kind }));
    return changed.length === 0 ? [] : [...changed, ...(await shownViews(parts, tx, user, other))];
  });
  tellRelations(parts, user, other, told);
}

async function ignoreRequestsOf(tx: Writer, user: string, sender: string): Promise<Shown[]> {
  const told: Shown[] = [];
  for (const { space } of await tx.all(openFrom, { user, sender })) {
    await tx.run(ignoreRow, { user, space });
    told.push(removedRequest(user, space));
  }
  return told;
}

/** What the other wrote in direct messages and groups is gone from them, or back. [REL-6] */
async function shownViews({ spaces }: PeopleParts, tx: Writer, user: string, other: string): Promise<Shown[]> {
  const views = await spaces.viewsWith(tx, user, other);
  return views.map((d) => ({ audience: { to: 'user', user }, t: 'read.updated', d }));
}
