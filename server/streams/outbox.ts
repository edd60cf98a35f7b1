import { comparePositions, formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { PendingIntent } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { AppliedEvent, Deed } from './binding.ts';
import type { Committer } from './committer.ts';
import type { Departures } from './departures.ts';
import { HiddenDeeds } from './hidden-deeds.ts';
import { HubSenders } from './hub-senders.ts';
import { IntentNews } from './intent-news.ts';
import { answerWaiters, type Entry, keyOf, newEntry, type Outcome, outcomeHere, waitFor } from './outbox-entry.ts';
import type { StoredLine } from './lines-store.ts';
import { canWait, renumbered, type Signer } from './outbox-intent.ts';
import { OutboxQueue } from './outbox-queue.ts';
import * as store from './outbox-store.ts';
import { pendingOf } from './pending-intent.ts';
import type { RemoteHubs } from './remote-hubs.ts';
import type { Signals } from './signals.ts';
import { type Submitted } from './space-log.ts';

/** How long somebody waits for the line before being told that it is pending. */
const WAIT_MS = 8_000;
const SWEEP_MS = 30_000;

export interface OutboxParts extends Signer {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit' | 'enlist' | 'onCommit'>;
  remote: RemoteHubs;
  signals: Pick<Signals, 'send'>;
  departures: Pick<Departures, 'keep' | 'sendAfter' | 'reached'>;
  clock: Clock;
  log: Log;
  waitMs?: number;
  random?: () => number;
}

/**
 * What users of this homeserver do in spaces of other hubs. An intent is kept from before it is sent until its line is here, the hub
 * refused it, or its time is over; it is sent as often as needed under the same id, so that it happens once at most. [PEND-1]
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #open = new Map<string, Entry>();
  readonly #senders: HubSenders;
  readonly #news: IntentNews;
  readonly #queue: OutboxQueue;
  readonly #hidden: HiddenDeeds;
  #started = false;
  #stopped = false;
  #sweeping: NodeJS.Timeout | undefined;

  private constructor(parts: OutboxParts, lastNo: number) {
    this.#parts = parts;
    this.#queue = new OutboxQueue(parts, (key) => this.#open.get(key), lastNo);
    const onHidden = (entry: Entry) => this.#settle(entry, { done: { event: undefined, repeated: true } });
    this.#hidden = new HiddenDeeds({ ...parts, onHidden });
    this.#news = new IntentNews(parts);
    this.#senders = new HubSenders(parts, {
      find: (row) => this.#open.get(keyOf(row)),
      settle: (entry, outcome) => this.#settle(entry, outcome),
      expire: (entry) => this.#expire(entry),
      placed: (entry, place) => {
        entry.place = place;
        this.#hidden.add(entry);
        parts.departures.reached(entry.hub);
      },
      renumber: (entry, line) => void this.#renumber(entry, line),
      away: (hub) => {
        for (const entry of this.#open.values()) if (entry.hub === hub && !entry.place) answerWaiters(entry);
      },
    });
    parts.departures.sendAfter((space, user) =>
      [...this.#open.values()].some((entry) => entry.space === space && entry.actor === user && !entry.place),
    );
  }

  /** Knows what was on its way at the last stop; nothing is sent before `start`. */
  static async open(parts: OutboxParts): Promise<Outbox> {
    const { database, committer, remote } = parts;
    const { lastNo, left } = await database.read(async (reader) => ({
      lastNo: (await reader.get(store.lastOutboxNo, {}))?.no ?? 0,
      left: await reader.all(store.outboxEntries, {}),
    }));
    const outbox = new Outbox(parts, lastNo);
    for (const row of left) outbox.#open.set(keyOf(row), newEntry(row));
    committer.enlist(outbox.#queue);
    committer.onCommit(() => outbox.#committed());
    remote.onReachable((hub) => outbox.#senders.reached(hub));
    await outbox.#lookAtLines([...outbox.#open.values()]);
    // Who asked for it was not answered, and is not surprised by it now.
    for (const entry of [...outbox.#open.values()]) if (!canWait(entry.type)) outbox.#takeBack(entry);
    return outbox;
  }

  /** From now on this homeserver can be asked for its keys, so that hubs believe what it sends. */
  start(): void {
    if (this.#stopped) return;
    this.#started = true;
    // Whoever was leaving at the last stop is not answered any more.
    void this.#sweep();
    for (const { hub } of this.#open.values()) this.#senders.of(hub).wake();
    this.#sweeping = setInterval(() => void this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  /** Signs a deed and keeps it; it is sent when the transaction is durable. The same id again is the same entry. */
  queue(tx: Writer, hub: string, deed: Deed & { space: string }): Promise<Entry> {
    return this.#queue.add(tx, hub, deed);
  }

  /** Has what users of this homeserver asked for in events that their hub lost happen again. [EPO-5] */
  resend(tx: Writer, hub: string, lost: readonly StoredLine[]): Promise<void> {
    return this.#queue.addAgain(tx, hub, lost);
  }

  /** What became of it. Throws what the hub refused it with, `pending`, or `hub_away` for a deed that does not wait. [PEND-2] */
  async outcomeOf(entry: Entry): Promise<Submitted> {
    let outcome = entry.outcome ?? (await this.#wait(entry));
    if (!outcome && entry.type === 'member.leave') outcome = await this.#depart(entry);
    if (!outcome && (canWait(entry.type) || entry.place)) {
      await this.#news.pending(entry);
      outcome = entry.outcome;
    } else if (!outcome) this.#takeBack(entry);
    if (outcome && 'refusal' in outcome) throw outcome.refusal;
    if (outcome) return outcome.done;
    if (canWait(entry.type) || entry.place) throw new Refusal('pending', { intent: entry.id });
    throw new Refusal('hub_away');
  }

  /** What a user was told is waiting, oldest first. */
  async pendingOf(reader: Reader, user: string): Promise<PendingIntent[]> {
    return (await reader.all(store.toldOutboxOf, { actor: user })).map(pendingOf);
  }

  /** Settles what has become a line here. */
  follow(events: readonly { event: AppliedEvent; line: Pick<StoredLine, 'opaque'> }[]): void {
    if (this.#open.size === 0) return;
    for (const { event, line } of events) {
      const entry = this.#open.get(keyOf({ space: event.space, actor: event.actor, id: event.intent }));
      // What a hub made of it that is not understood here changed nothing.
      if (entry) this.#settle(entry, { done: { event: line.opaque === 1 ? undefined : event, repeated: false } });
      if (event.type === 'epoch.start') this.#forked(event);
    }
  }

  /** What a hub took and lost before its line came is sent again; what comes before the fork point was hidden from here. [EPO-5] */
  #forked({ space, stream, body }: AppliedEvent): void {
    const { fork } = (body ?? {}) as { fork?: PositionParts };
    if (!fork) return;
    for (const entry of [...this.#open.values()]) {
      if (entry.space !== space || entry.stream !== stream || entry.place === undefined) continue;
      if (comparePositions(entry.place, formatPosition(fork)) <= 0)
        this.#settle(entry, { done: { event: undefined, repeated: true } });
      else {
        delete entry.place;
        this.#hidden.delete(entry);
        this.#senders.of(entry.hub).sendAgain(entry.no);
      }
    }
  }

  /** Lets go of everybody who waits; what waits in the queue stays there. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweeping);
    for (const entry of this.#open.values()) answerWaiters(entry);
  }

  async close(): Promise<void> {
    this.stop();
    await this.#senders.close();
  }

  #committed(): void {
    for (const entry of this.#queue.takeDurable()) {
      this.#open.set(keyOf(entry), entry);
      if (this.#started) this.#senders.of(entry.hub).wake();
    }
    if (!this.#stopped) void this.#hidden.look();
  }

  #wait(entry: Entry): Promise<Outcome | undefined> {
    const sender = this.#senders.of(entry.hub);
    const isAway = !entry.place && sender.isResting && (canWait(entry.type) || !sender.tryNow());
    if (this.#stopped || isAway) return Promise.resolve(undefined);
    return waitFor(entry, this.#parts.waitMs ?? WAIT_MS);
  }

  /** Goes to the end of the queue, because numbers have to come in order. */
  async #renumber(entry: Entry, line: string): Promise<void> {
    const { committer, clock, log } = this.#parts;
    const before = entry.no;
    entry.renumberings += 1;
    try {
      await committer.commit(async (tx) => {
        entry.no = this.#queue.nextNo();
        const fresh = await renumbered(tx, line, clock.now(), this.#parts);
        await tx.run(store.requeueOutbox, { no: before, newNo: entry.no, line: fresh });
      });
      this.#senders.of(entry.hub).wake();
    } catch (error) {
      entry.no = before;
      entry.renumberings -= 1;
      log.warn({ err: error }, 'an intent could not be numbered anew; it is tried again');
      setTimeout(() => this.#senders.of(entry.hub).sendAgain(before), SWEEP_MS).unref();
    }
  }

  #settle(entry: Entry, outcome: Outcome): void {
    if (entry.outcome) return;
    entry.outcome = outcome;
    this.#hidden.delete(entry);
    this.#open.delete(keyOf(entry));
    answerWaiters(entry, outcome);
    void this.#news.settled(entry);
  }

  /** Nobody has to wait for a hub to leave it: what tells it is kept elsewhere. [FOL-19] */
  async #depart(entry: Entry): Promise<Outcome> {
    const { committer, departures } = this.#parts;
    const { actor: user, space, id } = entry;
    try {
      await committer.commit(async (tx) => {
        const row = await tx.get(store.findOutbox, { actor: user, space, id });
        if (!row || entry.outcome) return;
        const { no, hub, line, exp } = row;
        await departures.keep(tx, { space, user, hub, id, line, exp });
        await tx.run(store.deleteOutbox, { no });
      });
      this.#settle(entry, { done: { event: undefined, repeated: false } });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'owner_cannot') throw error;
      this.#settle(entry, { refusal: error });
    }
    return entry.outcome!;
  }

  #takeBack(entry: Entry): void {
    this.#settle(entry, { refusal: new Refusal('hub_away') });
  }

  /** Where the hub took it, its line is on the way or is hidden from here; else nothing will come of it any more. */
  #expire(entry: Entry): void {
    const done = { event: undefined, repeated: true };
    this.#settle(entry, entry.place ? { done } : { refusal: new Refusal('expired') });
  }

  /** Finds out about lines that nobody told of: they were here before, or the hub hides them from this homeserver. */
  async #lookAtLines(entries: readonly Entry[]): Promise<void> {
    await this.#parts.database.read(async (reader) => {
      for (const entry of entries) {
        const outcome = await outcomeHere(reader, entry);
        if (outcome) this.#settle(entry, outcome);
      }
    });
  }

  async #sweep(): Promise<void> {
    const { clock, log } = this.#parts;
    try {
      const entries = [...this.#open.values()];
      await this.#lookAtLines(entries.filter(({ place }) => place));
      for (const entry of entries)
        if (entry.type === 'member.leave' && entry.waiters.size === 0 && !entry.outcome) await this.#depart(entry);
      for (const entry of entries) if (entry.exp <= clock.now()) this.#expire(entry);
      await this.#news.tryAgain();
    } catch (error) {
      log.warn({ err: error }, 'the outbox could not be looked through; it is tried again');
    }
  }
}
