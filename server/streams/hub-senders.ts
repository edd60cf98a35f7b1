import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../storage/database.ts';
import { HubSender } from './hub-sender.ts';
import { answerWaiters, type Entry, type Outcome } from './outbox-entry.ts';
import { canWait } from './outbox-intent.ts';
import * as store from './outbox-store.ts';
import { isOutdated, isPassing, refusalOfHub } from './refusal-of-hub.ts';
import type { RemoteHubs } from './remote-hubs.ts';

export interface HubSendersParts {
  database: Pick<Database, 'read'>;
  remote: Pick<RemoteHubs, 'send'>;
  clock: Clock;
  log: Log;
  random?: () => number;
}

/** What becomes of entries by what their hub answers. */
export interface Answers {
  /** Undefined for what was settled meanwhile. */
  find(row: store.OutboxRow): Entry | undefined;
  settle(entry: Entry, outcome: Outcome): void;
  /** Its time is over. */
  expire(entry: Entry): void;
  /** The hub took it, and put it at this place. */
  placed(entry: Entry, place: string): void;
  /** The hub takes it under a higher number or another key. */
  renumber(entry: Entry, line: string): void;
  /** The hub cannot be asked now: nobody waits for it. */
  away(hub: string): void;
}

const RENUMBERINGS = 5;

/** A sender for each hub, and what its answers mean. */
export class HubSenders {
  readonly #parts: HubSendersParts;
  readonly #answers: Answers;
  readonly #senders = new Map<string, HubSender>();

  constructor(parts: HubSendersParts, answers: Answers) {
    this.#parts = parts;
    this.#answers = answers;
  }

  of(hub: string): HubSender {
    const known = this.#senders.get(hub);
    if (known) return known;
    const { database, remote, clock, log, random = Math.random } = this.#parts;
    const sender = new HubSender({
      next: (no, limit) => database.read((reader) => reader.all(store.outboxAfter, { hub, no, limit })),
      isDue: (row) => {
        const entry = this.#answers.find(row);
        if (entry && entry.exp <= clock.now() && !entry.place) this.#answers.expire(entry);
        return entry !== undefined && !entry.outcome && entry.place === undefined;
      },
      send: (lines) => remote.send?.(hub, lines) ?? Promise.reject(new Error('federation is off')),
      take: (row, result) => this.#take(row, result),
      failed: (error) => {
        if (error !== undefined)
          log.info({ err: error, hub }, 'a hub could not be asked; what waits for it is sent later');
        this.#answers.away(hub);
      },
      random,
    });
    this.#senders.set(hub, sender);
    return sender;
  }

  /** Nothing is sent to a hub that nothing was for. */
  reached(hub: string): void {
    this.#senders.get(hub)?.reached();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#senders.values()].map((sender) => sender.close()));
  }

  #take(row: store.OutboxRow, result: IntentResult): 'done' | 'again' {
    const { find, settle, placed, renumber } = this.#answers;
    const entry = find(row);
    if (!entry) return 'done';
    if (result.ok) {
      const { epoch, seq } = result;
      if (epoch === undefined || seq === undefined) settle(entry, { done: { event: undefined, repeated: false } });
      else placed(entry, formatPosition({ epoch, seq }));
      return 'done';
    }
    if (isOutdated(result) && entry.renumberings < RENUMBERINGS) {
      renumber(entry, row.line);
      return 'done';
    }
    if (isPassing(result) && canWait(entry.type)) {
      answerWaiters(entry);
      return 'again';
    }
    settle(entry, { refusal: refusalOfHub(result) });
    return 'done';
  }
}
