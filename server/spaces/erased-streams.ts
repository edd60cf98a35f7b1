import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';
import { erasePayload, linesOfStream } from '../streams/lines-store.ts';

/** Lines that one transaction erases, so that other writes get their turn between two of them. */
const STEP = 200;

const insertErased = query<{ stream_no: number }>()((p) =>
  sql
    .insertInto('erased_streams')
    .values({ stream_no: p.stream_no, epoch: 1, seq: 0 })
    .onConflict((conflict) => conflict.doNothing()),
);
const nextErased = query<Record<never, never>>()(() => sql.selectFrom('erased_streams').selectAll().limit(1));
const advanceErased = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql.updateTable('erased_streams').set({ epoch: p.epoch, seq: p.seq }).where('stream_no', '=', p.stream_no),
);
const removeErased = query<{ stream_no: number }>()((p) => sql.deleteFrom('erased_streams').where('stream_no', '=', p.stream_no));
const deleteMessages = query<{ stream_no: number }>()((p) => sql.deleteFrom('messages').where('stream_no', '=', p.stream_no));
const deleteReactions = query<{ stream_no: number }>()((p) => sql.deleteFrom('reactions').where('stream_no', '=', p.stream_no));
const deleteMentions = query<{ stream_no: number }>()((p) => sql.deleteFrom('mentions').where('stream_no', '=', p.stream_no));
const deleteMarkers = query<{ stream_no: number }>()((p) => sql.deleteFrom('read_markers').where('stream_no', '=', p.stream_no));

/** Promises, within the transaction that deletes a channel, that all that was said in it will be erased. */
export async function eraseStreamLater(tx: Writer, streamNo: number): Promise<void> {
  for (const remove of [deleteMessages, deleteReactions, deleteMentions, deleteMarkers]) await tx.run(remove, { stream_no: streamNo });
  await tx.run(insertErased, { stream_no: streamNo });
}

/** Keeps that promise step by step, also after a restart; resolves when nothing is left to erase. */
export async function eraseStreams(committer: Pick<Committer, 'commit'>): Promise<void> {
  while (await committer.commit(eraseStep)) continue;
}

async function eraseStep(tx: Writer): Promise<boolean> {
  const next = await tx.get(nextErased, {});
  if (!next) return false;
  const { stream_no, epoch, seq } = next;
  const lines = await tx.all(linesOfStream, { stream_no, epoch, seq, limit: STEP });
  const last = lines.at(-1);
  if (!last) {
    await tx.run(removeErased, { stream_no });
    return true;
  }
  for (const line of lines) if (line.type !== 'channel.delete') await tx.run(erasePayload, { stream_no, epoch: line.epoch, seq: line.seq });
  await tx.run(advanceErased, { stream_no, epoch: last.epoch, seq: last.seq });
  return true;
}
