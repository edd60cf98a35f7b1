import type { Log } from '../base/log.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent } from '../streams/binding.ts';
import type { Committer } from '../streams/committer.ts';
import { erasePayload, linesOfStream } from '../streams/lines-store.ts';

/** Lines that one transaction erases, so that other writes get their turn between two of them. */
const STEP = 200;

const insertErased = query<{ stream_no: number }>()((p) =>
  sql
    .insertInto('erased_streams')
    .values({ stream_no: p.stream_no, epoch: 0, seq: 0 })
    .onConflict((conflict) => conflict.doNothing()),
);
const nextErased = query<Record<never, never>>()(() => sql.selectFrom('erased_streams').selectAll().limit(1));
const advanceErased = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql.updateTable('erased_streams').set({ epoch: p.epoch, seq: p.seq }).where('stream_no', '=', p.stream_no),
);
const removeErased = query<{ stream_no: number }>()((p) =>
  sql.deleteFrom('erased_streams').where('stream_no', '=', p.stream_no),
);
const deleteMessages = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql
    .deleteFrom('messages')
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) <= (${p.epoch}, ${p.seq})`),
);
const deleteReactions = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql
    .deleteFrom('reactions')
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) <= (${p.epoch}, ${p.seq})`),
);
const deleteMentions = query<{ stream_no: number }>()((p) =>
  sql.deleteFrom('mentions').where('stream_no', '=', p.stream_no),
);
const deleteMarkers = query<{ stream_no: number }>()((p) =>
  sql.deleteFrom('read_markers').where('stream_no', '=', p.stream_no),
);

/** Promises, within the transaction that deletes a channel, that all that was said in it will be erased. */
export async function eraseStreamLater(tx: Writer, streamNo: number): Promise<void> {
  await tx.run(insertErased, { stream_no: streamNo });
}

export interface Eraser {
  /** Starts erasing when a channel or a space was deleted. */
  follow(events: readonly { event: AppliedEvent }[]): void;
  /** Something was promised. */
  wake(): void;
  /** Resolves when the step under way is done; the rest goes on after the next start. */
  close(): Promise<void>;
}

/** Keeps that promise step by step in the background, also what was left over at the last stop. */
export function createEraser(committer: Pick<Committer, 'commit' | 'readOnly'>, log: Log): Eraser {
  let closed = false;
  let running = Promise.resolve();

  async function erase(): Promise<void> {
    try {
      while (!closed && (await committer.commit(eraseStep))) continue;
    } catch (error) {
      log.warn(
        { err: error },
        'what was said in a deleted channel could not be erased; it is tried again with the next one and after a restart',
      );
    }
  }
  function wake(): void {
    if (closed || committer.readOnly !== undefined) return;
    running = running.then(erase);
  }
  wake();
  return {
    wake,
    follow(events) {
      if (events.some(({ event }) => event.type === 'channel.delete' || event.type === 'space.delete')) wake();
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

async function eraseStep(tx: Writer): Promise<boolean> {
  const next = await tx.get(nextErased, {});
  if (!next) return false;
  const { stream_no, epoch, seq } = next;
  const lines = await tx.all(linesOfStream, { stream_no, epoch, seq, limit: STEP });
  const last = lines.at(-1);
  if (!last) {
    for (const remove of [deleteMentions, deleteMarkers, removeErased]) await tx.run(remove, { stream_no });
    return true;
  }
  for (const line of lines)
    if (line.type !== 'channel.delete') await tx.run(erasePayload, { stream_no, epoch: line.epoch, seq: line.seq });
  for (const remove of [deleteMessages, deleteReactions])
    await tx.run(remove, { stream_no, epoch: last.epoch, seq: last.seq });
  await tx.run(advanceErased, { stream_no, epoch: last.epoch, seq: last.seq });
  return true;
}
