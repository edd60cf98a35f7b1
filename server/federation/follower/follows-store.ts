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
    .values({ space: p.space, hub: p.hub, since: p.since, stage: 'joining', members_after: null, moderates: 0 })
    .onConflict((conflict) => conflict.column('space').doNothing()),
);

export const deleteFollow = query<{ space: string }>()((p) => sql.deleteFrom('follows').where('space', '=', p.space));

export const setStage = query<{ space: string; stage: Follow['stage']; after: string | null }>()((p) =>
  sql.updateTable('follows').set({ stage: p.stage, members_after: p.after }).where('space', '=', p.space),
);

export const setModerating = query<{ space: string; moderates: number }>()((p) =>
  sql.updateTable('follows').set({ moderates: p.moderates }).where('space', '=', p.space),
);

export const setMemberCount = query<{ space: string; members: number }>()((p) =>
  sql.updateTable('spaces').set({ member_count: p.members }).where('id', '=', p.space),
);

export const profileWithCount = query<{ space: string }>()((p) =>
  sql
    .selectFrom('spaces')
    .select(['id', 'kind', 'name', 'description', 'owner', 'hub', 'created', 'member_count'])
    .where('id', '=', p.space)
    .where('deleted', '=', 0),
);

/** Members of a space whose home is this homeserver. */
export const localMembers = query<{ space: string }>()((p) =>
  sql
    .selectFrom('members')
    .select('members.user')
    .where('members.space', '=', p.space)
    .where('members.home', 'is', null),
);

export const channelsHere = query<{ space: string }>()((p) =>
  sql.selectFrom('channels').select(['id', 'stream_no']).where('space', '=', p.space),
);

export const hubOfSpace = query<{ space: string }>()((p) =>
  sql.selectFrom('spaces').select(['hub', 'kind', 'deleted']).where('id', '=', p.space),
);

export const isMember = query<{ space: string; user: string }>()((p) =>
  sql.selectFrom('members').select('user').where('space', '=', p.space).where('user', '=', p.user),
);
