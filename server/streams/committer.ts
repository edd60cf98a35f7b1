import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '../base/errors.ts';
import type { Database, Writer } from '../storage/database.ts';

/** Deeds that share one transaction, and so one fsync. */
const BATCH = 256;

interface Waiting {
  work(tx: Writer): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What is kept in memory beside the transaction and has to follow its fate. */
export interface Enlisted {
  deedDone(): void;
  deedUndone(): void;
  /** Writes what it holds back, as the last step of the transaction. */
  beforeCommit(tx: Writer): Promise<void>;
  transactionLost(): void;
}

export interface Committer {
  /**
   * The one way in for writes: runs `work` in a transaction that may be shared with others, and answers once it is durable.
   * What `work` throws undoes its own changes only. Throws Refusal `storage_full`, `unavailable` or `read_only`.
   */
  commit<T>(work: (tx: Writer) => Promise<T>): Promise<T>;
  enlist(enlisted: Enlisted): void;
  /** Called after every durable commit, without data. */
  onCommit(listener: () => void): void;
  /** From now on every write is refused. */
  makeReadOnly(reason: string): void;
  /** From now on only `repair` writes, until `restored`. */
  restore(reason: string): void;
  restored(): void;
  readonly readOnly: string | undefined;
  /** What this homeserver does of its own accord, also while it is being restored from a backup and nobody else may write. */
  readonly repair: Pick<Committer, 'commit' | 'readOnly'>;
  /** Resolves when what was asked for is committed; later writes are refused. */
  close(): Promise<void>;
}

/** Group commit over a database: one transaction at a time, taking all that waits. */
export function createCommitter(database: Database): Committer {
  const waiting: Waiting[] = [];
  const listeners: (() => void)[] = [];
  const members: Enlisted[] = [];
  let running = false;
  let readOnly: string | undefined;
  let restoring: string | undefined;
  let closed: (() => void) | undefined;
  let closing = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await gather();
      await commitTogether(waiting.splice(0, BATCH));
    }
    running = false;
    closed?.();
  }

  /** As long as each turn of the event loop brings more, waiting for it costs less than a transaction of its own. */
  async function gather(): Promise<void> {
    for (let before = 0; before < waiting.length && waiting.length < BATCH; ) {
      before = waiting.length;
      await turn();
    }
  }

  async function commitTogether(batch: Waiting[]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      await database.write(async (tx) => {
        for (const { work, resolve, reject } of batch) {
          try {
            const value = await tx.savepoint(() => work(tx));
            for (const member of members) member.deedDone();
            answers.push(() => resolve(value));
          } catch (error) {
            if (breaksTransaction(error)) throw error;
            for (const member of members) member.deedUndone();
            answers.push(() => reject(error));
          }
        }
        for (const member of members) await member.beforeCommit(tx);
      });
    } catch (error) {
      for (const member of members) member.transactionLost();
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const answer of answers) answer();
    for (const listener of listeners) listener();
  }

  function add<T>(work: (tx: Writer) => Promise<T>, reason: string | undefined): Promise<T> {
    if (reason !== undefined) return Promise.reject(new Refusal('read_only', { reason }));
    if (closing) return Promise.reject(new Refusal('unavailable'));
    return new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (running) return;
      running = true;
      void drain();
    });
  }

  return {
    commit: (work) => add(work, readOnly ?? restoring),
    repair: {
      commit: (work) => add(work, readOnly),
      get readOnly() {
        return readOnly;
      },
    },
    enlist: (enlisted) => void members.push(enlisted),
    onCommit: (listener) => void listeners.push(listener),
    makeReadOnly: (reason) => void (readOnly ??= reason),
    restore: (reason) => void (restoring = reason),
    restored: () => void (restoring = undefined),
    get readOnly() {
      return readOnly ?? restoring;
    },
    close() {
      closing = true;
      return running ? new Promise((resolve) => (closed = resolve)) : Promise.resolve();
    },
  };
}

function breaksTransaction(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'storage_full' || error.code === 'unavailable');
}
