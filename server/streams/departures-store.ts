import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type Departure = Tables['departures'];
type OfUser = { space: string; user: string };

export const insertDeparture = query<Departure>()((p) =>
  sql
    .insertInto('departures')
    .values({ space: p.space, user: p.user, hub: p.hub, id: p.id, line: p.line, exp: p.exp })
    .onConflict((conflict) => conflict.columns(['space', 'user']).doNothing()),
);

export const findDeparture = query<OfUser>()((p) =>
  sql.selectFrom('departures').select('id').where('space', '=', p.space).where('user', '=', p.user),
);

export const departuresAfter = query<{ hub: string; space: string; user: string; limit: number }>()((p) =>
  sql
    .selectFrom('departures')
    .selectAll()
    .where('hub', '=', p.hub)
    .where(sql<boolean>`("space", "user") > (${p.space}, ${p.user})`)
    .orderBy('space')
    .orderBy('user')
    .limit(p.limit),
);

export const hubsOfDepartures = query<object>()(() => sql.selectFrom('departures').select('hub').distinct());

export const signDeparture = query<OfUser & { id: string; line: string; exp: number }>()((p) =>
  sql
    .updateTable('departures')
    .set({ line: p.line, exp: p.exp })
    .where('space', '=', p.space)
    .where('user', '=', p.user)
    .where('id', '=', p.id),
);

/** The hub has taken it; another one of the same user stays. */
export const forgetDeparture = query<OfUser & { id: string }>()((p) =>
  sql.deleteFrom('departures').where('space', '=', p.space).where('user', '=', p.user).where('id', '=', p.id),
);
