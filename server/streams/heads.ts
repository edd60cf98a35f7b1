import type { Reader, Writer } from '../storage/database.ts';
import type { Enlisted } from './committer.ts';
import { countersOf, findStream, insertStream, moveHead, setCounter } from './lines-store.ts';

/** The newest event of a stream. */
export interface Head {
  no: number;
  epoch: number;
  seq: number;
  hash: string;
  ts: number;
  /** The newest place that is not here, where the stream is followed from the middle. */
  back_epoch?: number | null;
  back_seq?: number | null;
  back_hash?: string | null;
}

/** Entries that are kept from one transaction to the next. */
const KEPT = 20_000;

/**
 * Heads of streams and counters of actors. There is one writer, so it may keep them in memory, and what many deeds of one transaction
 * move is written once. What a deed moved is taken back when the deed is undone.
 */
export class Heads implements Enlisted {
  readonly #heads = new Map<string, Head>();
  readonly #counters = new Map<string, { space: string; actor: string; n: number }>();
  readonly #movedHeads = new Set<string>();
  readonly #movedCounters = new Set<string>();
  #undo: (() => void)[] = [];

  async find(reader: Reader, space: string, stream: string): Promise<Head | undefined> {
    const key = `${space} ${stream}`;
    const known = this.#heads.get(key);
    if (known) return known;
    const row = await reader.get(findStream, { space, stream });
    if (row) this.#heads.set(key, row);
    return row;
  }

  async start(tx: Writer, space: string, stream: string, head: Head): Promise<void> {
    const key = `${space} ${stream}`;
    await tx.run(insertStream, { space, stream, back_epoch: null, back_seq: null, back_hash: null, ...head });
    this.#undo.push(() => this.#heads.delete(key));
    this.#heads.set(key, head);
  }

  move(space: string, stream: string, head: Head): void {
    const key = `${space} ${stream}`;
    const before = this.#heads.get(key);
    this.#undo.push(() => (before ? this.#heads.set(key, before) : this.#heads.delete(key)));
    this.#heads.set(key, head);
    this.#movedHeads.add(key);
  }

  /** How far the intents of an actor in a space are counted. */
  async counted(reader: Reader, space: string, actor: string): Promise<number> {
    const known = this.#counters.get(`${space} ${actor}`);
    return known?.n ?? (await reader.get(countersOf, { space, actor }))?.n ?? 0;
  }

  /** The next number of an actor's intents in a space, from 1, or the one that the home of the actor gave. */
  async count(reader: Reader, space: string, actor: string, given?: number): Promise<number> {
    const key = `${space} ${actor}`;
    const before = { space, actor, n: await this.counted(reader, space, actor) };
    const n = given ?? before.n + 1;
    this.#undo.push(() => this.#counters.set(key, before));
    this.#counters.set(key, { space, actor, n });
    this.#movedCounters.add(key);
    return n;
  }

  deedDone(): void {
    this.#undo = [];
  }

  deedUndone(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  async beforeCommit(tx: Writer): Promise<void> {
    for (const key of this.#movedHeads) {
      const head = this.#heads.get(key);
      if (head) await tx.run(moveHead, { no: head.no, epoch: head.epoch, seq: head.seq, hash: head.hash, ts: head.ts });
    }
    for (const key of this.#movedCounters) {
      const counter = this.#counters.get(key);
      if (counter) await tx.run(setCounter, counter);
    }
    this.#movedHeads.clear();
    this.#movedCounters.clear();
    if (this.#heads.size > KEPT) this.#heads.clear();
    if (this.#counters.size > KEPT) this.#counters.clear();
  }

  transactionLost(): void {
    for (const kept of [this.#heads, this.#counters, this.#movedHeads, this.#movedCounters]) kept.clear();
    this.#undo = [];
  }
}
