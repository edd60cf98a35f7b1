import type { Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import { summaryColumns, summaryOf } from '../accounts/user-summary.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type Row = Tables['relationships'];
type Pair = Pick<Row, 'user' | 'other'>;

export const findRelationship = query<Pair>()((p) =>
  sql.selectFrom('relationships').selectAll().where('user', '=', p.user).where('other', '=', p.other),
);
export const putRelationship = query<Row>()((p) =>
  sql
    .insertInto('relationships')
    .values({ user: p.user, other: p.other, kind: p.kind, since: p.since })
    .onConflict((conflict) => conflict.columns(['user', 'other']).doUpdateSet({ kind: p.kind, since: p.since })),
);
export const deleteRelationship = query<Pair>()((p) =>
  sql.deleteFrom('relationships').where('user', '=', p.user).where('other', '=', p.other),
);
/** Those that the user had a part in. */
export const countRelationships = query<{ user: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user', '=', p.user)
    .where('kind', '!=', 'incoming'),
);
export const countIncoming = query<{ user: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user', '=', p.user)
    .where('kind', '=', 'incoming'),
);
export const countIncomingFrom = query<{ user: string; home: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .innerJoin('users', 'users.id', 'relationships.other')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('relationships.user', '=', p.user)
    .where('relationships.kind', '=', 'incoming')
    .where('users.home', '=', p.home),
);
/** Who has a relationship to a user: the other side of it. */
export const relatedTo = query<{ other: string }>()((p) =>
  sql.selectFrom('relationships').select(['user', 'kind']).where('other', '=', p.other),
);
const friendsOfUser = query<{ user: string }>()((p) =>
  sql.selectFrom('relationships').select('other').where('user', '=', p.user).where('kind', '=', 'friend'),
);

const named = query<{ user: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .innerJoin('users', 'users.id', 'relationships.other')
    .select(summaryColumns)
    .select(['relationships.kind', 'relationships.since'])
    .where('relationships.user', '=', p.user)
    .orderBy('relationships.other'),
);

/** All of a user, by the id of the other. [REL-1] */
export async function relationshipsOf(reader: Reader, user: string): Promise<Relationship[]> {
  return (await reader.all(named, { user })).map((row) => ({
    user: summaryOf(row),
    kind: row.kind,
    since: row.since,
  }));
}

export async function isFriend(reader: Reader, user: string, other: string): Promise<boolean> {
  return (await reader.get(findRelationship, { user, other }))?.kind === 'friend';
}

export async function friendsOf(reader: Reader, user: string): Promise<string[]> {
  return (await reader.all(friendsOfUser, { user })).map(({ other }) => other);
}
