import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type StoredLine = Tables['lines'] & { space: string; stream: string };

export const findStream = query<{ space: string; stream: string }>()((p) =>
  sql.selectFrom('streams').selectAll().where('space', '=', p.space).where('stream', '=', p.stream),
);

export const insertStream = query<Tables['streams']>()((p) =>
  sql.insertInto('streams').values({
    no: p.no,
    space: p.space,
    stream: p.stream,
    epoch: p.epoch,
    seq: p.seq,
    hash: p.hash,
    ts: p.ts,
    back_epoch: p.back_epoch,
    back_seq: p.back_seq,
    back_hash: p.back_hash,
  }),
);

export const setBack = query<{
  no: number;
  back_epoch: number | null;
  back_seq: number | null;
  back_hash: string | null;
}>()((p) =>
  sql
    .updateTable('streams')
    .set({ back_epoch: p.back_epoch, back_seq: p.back_seq, back_hash: p.back_hash })
    .where('no', '=', p.no),
);

export const moveHead = query<{ no: number; epoch: number; seq: number; hash: string; ts: number }>()((p) =>
  sql.updateTable('streams').set({ epoch: p.epoch, seq: p.seq, hash: p.hash, ts: p.ts }).where('no', '=', p.no),
);

export const insertLine = query<{
  pos: number;
  stream_no: number;
  epoch: number;
  seq: number;
  type: string;
  envelope: string;
  payload: string | null;
  author: 'hub' | 'home' | null;
  opaque: number;
}>()((p) =>
  sql.insertInto('lines').values({
    pos: p.pos,
    stream_no: p.stream_no,
    epoch: p.epoch,
    seq: p.seq,
    type: p.type,
    envelope: p.envelope,
    payload: p.payload,
    author: p.author,
    opaque: p.opaque,
  }),
);

/** The payload goes for good; envelope, hash and chain stay. */
export const erasePayload = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql
    .updateTable('lines')
    .set({ payload: null })
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);

/** Lines with the names of their stream. */
export const located = () =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select([
      'lines.pos',
      'lines.stream_no',
      'streams.space',
      'streams.stream',
      'lines.epoch',
      'lines.seq',
      'lines.type',
      'lines.envelope',
      'lines.payload',
      'lines.author',
      'lines.opaque',
    ]);

export const findLine = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  located()
    .where('lines.stream_no', '=', p.stream_no)
    .where('lines.epoch', '=', p.epoch)
    .where('lines.seq', '=', p.seq),
);

export const linesAfter = query<{ pos: number; limit: number }>()((p) =>
  located().where('lines.pos', '>', p.pos).orderBy('lines.pos').limit(p.limit),
);

/** A page of one stream, oldest first: what `verify` and export walk through. */
export const linesOfStream = query<{ stream_no: number; epoch: number; seq: number; limit: number }>()((p) =>
  sql
    .selectFrom('lines')
    .select(['epoch', 'seq', 'type', 'envelope', 'payload'])
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) > (${p.epoch}, ${p.seq})`)
    .orderBy('epoch')
    .orderBy('seq')
    .limit(p.limit),
);

export const streamsOfSpace = query<{ space: string }>()((p) =>
  sql.selectFrom('streams').selectAll().where('space', '=', p.space).orderBy('no'),
);

export const lastPosition = query<Record<never, never>>()(() =>
  sql
    .selectFrom('lines')
    .select(({ fn }) => fn.coalesce(fn.max('pos'), sql.lit(0)).as('pos'))
    .where('pos', '>', 0),
);

/** The lowest of the positions of what was fetched from the past; 0 where nothing was. */
export const firstPosition = query<Record<never, never>>()(() =>
  sql
    .selectFrom('lines')
    .select(({ fn }) => fn.coalesce(fn.min('pos'), sql.lit(0)).as('pos'))
    .where('pos', '<', 0),
);

export const lastStreamNo = query<Record<never, never>>()(() =>
  sql.selectFrom('streams').select(({ fn }) => fn.coalesce(fn.max('no'), sql.lit(0)).as('no')),
);

export const findIntent = query<{ space: string; actor: string; id: string }>()((p) =>
  sql
    .selectFrom('intents')
    .select(['stream_no', 'epoch', 'seq'])
    .where('space', '=', p.space)
    .where('actor', '=', p.actor)
    .where('id', '=', p.id),
);

export const insertIntent = query<Tables['intents']>()((p) =>
  sql
    .insertInto('intents')
    .values({ space: p.space, actor: p.actor, id: p.id, stream_no: p.stream_no, epoch: p.epoch, seq: p.seq }),
);

/** For a line that was received: the first one with this id keeps it. */
export const noteIntent = query<Tables['intents']>()((p) =>
  sql
    .insertInto('intents')
    .values({ space: p.space, actor: p.actor, id: p.id, stream_no: p.stream_no, epoch: p.epoch, seq: p.seq })
    .onConflict((conflict) => conflict.doNothing()),
);

export const markOpaque = query<{ pos: number }>()((p) =>
  sql.updateTable('lines').set({ opaque: 1 }).where('pos', '=', p.pos),
);

/** Nobody answers for the actor of the line any more. */
export const disown = query<{ pos: number }>()((p) =>
  sql.updateTable('lines').set({ author: null }).where('pos', '=', p.pos),
);

export const countersOf = query<{ space: string; actor: string }>()((p) =>
  sql.selectFrom('intent_counters').select('n').where('space', '=', p.space).where('actor', '=', p.actor),
);

export const setCounter = query<{ space: string; actor: string; n: number }>()((p) =>
  sql
    .insertInto('intent_counters')
    .values({ space: p.space, actor: p.actor, n: p.n })
    .onConflict((conflict) => conflict.columns(['space', 'actor']).doUpdateSet({ n: p.n })),
);
