import { setTimeout as wait } from 'node:timers/promises';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Log } from '../base/log.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';
import { addEntry, entryOf } from './search-entries.ts';

/** Messages that one transaction makes searchable, so that other writes get their turn between two of them. */
const STEP = 200;
const key = 'search backlog';
/** Before it is tried again, as after a full disk. */
const PAUSE_MS = 60_000;

const findCursor = query<{ key: string }>()((p) => sql.selectFrom('meta').select('value').where('key', '=', p.key));
const moveCursor = query<{ key: string; value: string }>()((p) =>
  sql.updateTable('meta').set({ value: p.value }).where('key', '=', p.key),
);
const removeCursor = query<{ key: string }>()((p) => sql.deleteFrom('meta').where('key', '=', p.key));
const messagesFrom = query<{ stream_no: number; epoch: number; seq: number; limit: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select(['stream_no', 'epoch', 'seq', 'ts', 'author', 'content', 'mentions', 'deleted'])
    .where(sql<boolean>`(stream_no, epoch, seq) > (${p.stream_no}, ${p.epoch}, ${p.seq})`)
    .orderBy('stream_no')
    .orderBy('epoch')
    .orderBy('seq')
    .limit(p.limit),
);

/** Makes the messages searchable that were here before search was, step by step in the background, also after a stop. */
export class SearchBacklog {
  readonly #committer: Pick<Committer, 'commit'>;
  readonly #log: Log;
  readonly #pause: number;
  readonly #running: Promise<void>;
  readonly #closing = new AbortController();

  constructor(committer: Pick<Committer, 'commit'>, log: Log, pause = PAUSE_MS) {
    this.#committer = committer;
    this.#log = log;
    this.#pause = pause;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && !(await this.#isDone()))
      await wait(this.#pause, undefined, { signal, ref: false }).catch(() => undefined);
  }

  /** False where something was in the way. */
  async #isDone(): Promise<boolean> {
    let done = 0;
    try {
      for (let step = STEP; step === STEP && !this.#closing.signal.aborted; done += step)
        step = await this.#committer.commit(nextStep);
      if (done > 0) this.#log.info({ messages: done }, 'older messages can be searched now');
      return true;
    } catch (error) {
      this.#log.warn({ err: error }, 'older messages could not be made searchable; it is tried again');
      return false;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}

/** How many messages were looked at; fewer than a step where these were the last. */
async function nextStep(tx: Writer): Promise<number> {
  const cursor = await tx.get(findCursor, { key });
  if (!cursor) return 0;
  const [stream_no = 0, epoch = 0, seq = 0] = cursor.value.split(' ').map(Number);
  const rows = await tx.all(messagesFrom, { stream_no, epoch, seq, limit: STEP });
  for (const row of rows)
    if (row.deleted === 0) await tx.run(addEntry, entryOf({ ...row, mentions: JSON.parse(row.mentions) as Mentions }));
  const last = rows.at(-1);
  if (last && rows.length === STEP)
    await tx.run(moveCursor, { key, value: `${last.stream_no} ${last.epoch} ${last.seq}` });
  else await tx.run(removeCursor, { key });
  return rows.length;
}
