import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';

export type Follow = Tables['follows'];

export const allFollows = query<object>()(() => sql.selectFrom('follows').selectAll().orderBy('space'));

export const findFollow = query<{ space: string }>()((p) =>
  sql.selectFrom('follows').selectAll().where('space', '=', p.space),
);

export const insertFollow = query<{ space: string; hub: string; since: number }>()((p) =>
  sql
    .insertInto('follows')
    .values({ space: p.space, hub: p.hub, since: p.since, members_after: null, members_done: 0 })
    .onConflict((conflict) => conflict.column('space').doNothing()),
);

export const deleteFollow = query<{ space: string }>()((p) => sql.deleteFrom('follows').where('space', '=', p.space));

export const setMembersPage = query<{ space: string; after: string | null; done: number }>()((p) =>
  sql.updateTable('follows').set({ members_after: p.after, members_done: p.done }).where('space', '=', p.space),
);

/** Members of a space whose home is this homeserver. */
export const localMembers = query<{ space: string }>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .select('members.user')
    .where('members.space', '=', p.space)
    .where('users.home', 'is', null),
);

export const channelsHere = query<{ space: string }>()((p) =>
  sql.selectFrom('channels').select(['id', 'stream_no']).where('space', '=', p.space),
);

export const hubOfSpace = query<{ space: string }>()((p) =>
  sql.selectFrom('spaces').select(['hub', 'deleted']).where('id', '=', p.space),
);

export const isMember = query<{ space: string; user: string }>()((p) =>
  sql.selectFrom('members').select('user').where('space', '=', p.space).where('user', '=', p.user),
);
