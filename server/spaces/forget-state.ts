import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

type OfSpace = { space: string };

const emptied = [
  query<OfSpace>()((p) => sql.deleteFrom('roles').where('space', '=', p.space)),
  query<OfSpace>()((p) => sql.deleteFrom('members').where('space', '=', p.space)),
  query<OfSpace>()((p) => sql.deleteFrom('bans').where('space', '=', p.space)),
  query<OfSpace>()((p) => sql.deleteFrom('invites').where('space', '=', p.space)),
  query<OfSpace>()((p) => sql.deleteFrom('bot_grants').where('space', '=', p.space)),
];
const forgetChannel = query<{ space: string; id: string }>()((p) =>
  sql.deleteFrom('channels').where('space', '=', p.space).where('id', '=', p.id),
);
const unpin = query<{ stream_no: number }>()((p) =>
  sql
    .updateTable('messages')
    .set({ pinned: null })
    .where('stream_no', '=', p.stream_no)
    .where('pinned', 'is not', null),
);

/** Empties the tables of what the state of a followed stream says; messages stay. */
export async function forgetState(
  tx: Writer,
  { space, stream, streamNo }: { space: string; stream: string; streamNo: number },
): Promise<void> {
  if (stream === '_') {
    for (const empty of emptied) await tx.run(empty, { space });
  } else {
    await tx.run(forgetChannel, { space, id: stream });
    await tx.run(unpin, { stream_no: streamNo });
  }
}
