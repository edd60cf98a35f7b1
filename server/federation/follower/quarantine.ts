import { delayAfter } from '@folkmoot/federation/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Committer } from '../../streams/committer.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import type { FollowerTiming } from './ports.ts';

type Stopped = Tables['stopped_streams'];

const allStopped = query<object>()(() => sql.selectFrom('stopped_streams').selectAll().orderBy('since'));
const insertStopped = query<Stopped>()((p) =>
  sql
    .insertInto('stopped_streams')
    .values({
      space: p.space,
      stream: p.stream,
      reason: p.reason,
      code: p.code,
      line: p.line,
      since: p.since,
      next_try: p.next_try,
      tries: p.tries,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['space', 'stream'])
        .doUpdateSet({ reason: p.reason, code: p.code, line: p.line, next_try: p.next_try, tries: p.tries }),
    ),
);
const deleteStopped = query<StreamKey>()((p) =>
  sql.deleteFrom('stopped_streams').where('space', '=', p.space).where('stream', '=', p.stream),
);

/** Characters of what was wrong that are kept: a whole line. */
const KEPT = 100_000;

export interface QuarantineParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  clock: Clock;
  log: Log;
  timing: FollowerTiming;
}

/** Why a stream is not read on: one of the four reasons of [STR-16], or `suspect` where the hub contradicts what it said. */
export interface StopNote {
  reason: string;
  code: string;
  /** What was wrong, for an admin to look at. */
  line: string | null;
}

/** Streams that were stopped, with the evidence, and when each is tried again. The others run on. */
export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #stopped = new Map<string, Stopped>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #closed = false;

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
  }

  /** Before anything is followed: what was stopped before a restart still is. */
  async open(): Promise<void> {
    for (const row of await this.#parts.database.read((reader) => reader.all(allStopped, {})))
      this.#stopped.set(nameOf(row), row);
  }

  find(key: StreamKey): Stopped | undefined {
    return this.#stopped.get(nameOf(key));
  }

  /** Whether a stopped stream is left alone for now. */
  holds(key: StreamKey): boolean {
    const stopped = this.find(key);
    return stopped !== undefined && stopped.next_try > this.#parts.clock.now();
  }

  list(): readonly Stopped[] {
    return [...this.#stopped.values()];
  }

  /** Notes that a stream is stopped, and calls `again` when it is time. */
  async stop(key: StreamKey, note: StopNote, again: () => void): Promise<void> {
    const { committer, clock, log, timing } = this.#parts;
    const earlier = this.find(key);
    const tries = (earlier?.tries ?? 0) + 1;
    const wait = delayAfter(tries, timing.stopped, Math.random());
    const now = clock.now();
    const { reason, code, line } = note;
    const row = {
      ...key,
      reason,
      code: storable(code),
      line: line && storable(line),
      since: earlier?.since ?? now,
      next_try: now + wait,
      tries,
    };
    this.#stopped.set(nameOf(key), row);
    if (!earlier)
      log.warn({ ...key, reason: note.reason, code: note.code }, 'a stream of another homeserver was stopped');
    await committer.commit((tx) => tx.run(insertStopped, row));
    this.#wakeAfter(key, wait, again);
  }

  /** Tries again what was stopped before a restart. */
  resume(key: StreamKey, again: () => void): void {
    const stopped = this.find(key);
    if (stopped && !this.#timers.has(nameOf(key)))
      this.#wakeAfter(key, Math.max(0, stopped.next_try - this.#parts.clock.now()), again);
  }

  /** The stream goes on. */
  async heal(key: StreamKey): Promise<void> {
    const name = nameOf(key);
    if (!this.#stopped.delete(name)) return;
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    this.#parts.log.info({ ...key }, 'a stream of another homeserver goes on');
    await this.#parts.committer.commit((tx) => tx.run(deleteStopped, key));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #wakeAfter(key: StreamKey, wait: number, again: () => void): void {
    if (this.#closed) return;
    const name = nameOf(key);
    clearTimeout(this.#timers.get(name));
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      again();
    }, wait + 1);
    this.#timers.set(name, timer.unref());
  }
}

/** It may be anything, and is kept to be looked at. */
const storable = (text: string) => text.slice(0, KEPT).toWellFormed().replaceAll('\0', '\ufffd');

function nameOf({ space, stream }: StreamKey): string {
  return `${space} ${stream}`;
}
