import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type OutboxRow = Tables['outbox'];

export const insertOutbox = query<OutboxRow>()((p) =>
  sql.insertInto('outbox').values({
    no: p.no,
    hub: p.hub,
    space: p.space,
    stream: p.stream,
    actor: p.actor,
    id: p.id,
    type: p.type,
    line: p.line,
    exp: p.exp,
    told: p.told,
  }),
);

export const lastOutboxNo = query<Record<never, never>>()(() =>
  sql.selectFrom('outbox').select(({ fn }) => fn.coalesce(fn.max('no'), sql.lit(0)).as('no')),
);

export const findOutbox = query<{ actor: string; space: string; id: string }>()((p) =>
  sql.selectFrom('outbox').selectAll().where('actor', '=', p.actor).where('space', '=', p.space).where('id', '=', p.id),
);

export const countOutboxOf = query<{ actor: string; hub: string }>()((p) =>
  sql
    .selectFrom('outbox')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('actor', '=', p.actor)
    .where('hub', '=', p.hub),
);

/** All that is on its way, without the intents themselves. */
export const outboxEntries = query<Record<never, never>>()(() =>
  sql.selectFrom('outbox').select(['no', 'hub', 'space', 'stream', 'actor', 'id', 'type', 'exp', 'told']).orderBy('no'),
);

export const outboxAfter = query<{ hub: string; no: number; limit: number }>()((p) =>
  sql.selectFrom('outbox').selectAll().where('hub', '=', p.hub).where('no', '>', p.no).orderBy('no').limit(p.limit),
);

export const toldOutboxOf = query<{ actor: string }>()((p) =>
  sql
    .selectFrom('outbox')
    .select(['space', 'stream', 'id', 'type', 'line'])
    .where('actor', '=', p.actor)
    .where('told', '=', 1)
    .orderBy('no'),
);

export const tellOutbox = query<{ no: number }>()((p) =>
  sql.updateTable('outbox').set({ told: 1 }).where('no', '=', p.no),
);

/** The same intent with another number, at the end of the queue. */
export const requeueOutbox = query<{ no: number; newNo: number; line: string }>()((p) =>
  sql.updateTable('outbox').set({ no: p.newNo, line: p.line }).where('no', '=', p.no),
);

export const deleteOutbox = query<{ no: number }>()((p) => sql.deleteFrom('outbox').where('no', '=', p.no));
