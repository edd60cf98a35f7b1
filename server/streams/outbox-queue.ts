import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import type { Deed } from './binding.ts';
import type { Enlisted } from './committer.ts';
import type { StoredLine } from './lines-store.ts';
import { intentOf } from './orphans.ts';
import { type Entry, keyOf, newEntry } from './outbox-entry.ts';
import { type Signer, signedIntent, withoutLost } from './outbox-intent.ts';
import * as store from './outbox-store.ts';

/** What one user may have on its way to one hub: one that never answers keeps nobody from speaking to others. */
const MOST = 500;

export interface OutboxQueueParts extends Signer {
  clock: Clock;
}

/** What is put into the outbox in a transaction, and counts once that is durable. */
export class OutboxQueue implements Enlisted {
  readonly #parts: OutboxQueueParts;
  readonly #findOpen: (key: string) => Entry | undefined;
  #ofDeed: Entry[] = [];
  #ofTransaction: Entry[] = [];
  #no: number;

  /** `findOpen` knows what is on its way already. */
  constructor(parts: OutboxQueueParts, findOpen: (key: string) => Entry | undefined, lastNo: number) {
    this.#parts = parts;
    this.#findOpen = findOpen;
    this.#no = lastNo;
  }

  nextNo(): number {
    return ++this.#no;
  }

  /** Signs a deed and keeps it; it is sent when the transaction is durable. The same id again is the same entry. */
  async add(tx: Writer, hub: string, deed: Deed & { space: string }): Promise<Entry> {
    const { actor, space, stream, type } = deed;
    const earlier = deed.id ? await tx.get(store.findOutbox, { actor, space, id: deed.id }) : undefined;
    if (earlier) {
      if (earlier.type !== type || earlier.stream !== stream) throw new Refusal('conflict');
      const known = this.#find(keyOf(earlier));
      if (known) return known;
      // Refused before, and about to be removed.
      await tx.run(store.deleteOutbox, { no: earlier.no });
    }
    // Leaving is always possible, and once for each space.
    if (type !== 'member.leave' && Number((await tx.get(store.countOutboxOf, { actor, hub }))?.count ?? 0) >= MOST)
      throw new Refusal('busy');
    const intent = await signedIntent(tx, hub, deed, this.#parts.clock.now(), this.#parts);
    const row = { no: this.nextNo(), hub, space, stream, actor, id: intent.id, type, exp: intent.exp, told: 0 };
    await tx.run(store.insertOutbox, { ...row, line: canonicalize(intent) });
    const entry = newEntry(row);
    this.#ofDeed.push(entry);
    return entry;
  }

  /**
   * What users of this homeserver asked for in events that their hub lost: it is sent again under the same ids, as long as it may still
   * happen. [EPO-5]
   */
  async addAgain(tx: Writer, hub: string, lost: readonly StoredLine[]): Promise<void> {
    const { serverName, clock } = this.#parts;
    const gone = new Set(lost.map(formatPosition));
    for (const line of lost) {
      const intent = line.author === 'home' ? intentOf(line) : undefined;
      if (!intent || intent.home !== serverName || intent.exp <= clock.now()) continue;
      const { id, actor, type, exp } = intent;
      const { space, stream } = line;
      const fresh = withoutLost(intent, gone, this.#parts);
      if (!fresh || (await tx.get(store.findOutbox, { actor, space, id }))) continue;
      const row = { no: this.nextNo(), hub, space, stream, actor, id, type, exp, told: 0 };
      await tx.run(store.insertOutbox, { ...row, line: canonicalize(fresh) });
      this.#ofDeed.push(newEntry(row));
    }
  }

  /** What became durable since it was asked for the last time. */
  takeDurable(): Entry[] {
    return this.#ofTransaction.splice(0);
  }

  deedDone(): void {
    this.#ofTransaction.push(...this.#ofDeed.splice(0));
  }

  deedUndone(): void {
    this.#ofDeed = [];
  }

  async beforeCommit(): Promise<void> {
    // All is written already.
  }

  transactionLost(): void {
    this.#ofDeed = [];
    this.#ofTransaction = [];
  }

  #find(key: string): Entry | undefined {
    const fresh = [...this.#ofDeed, ...this.#ofTransaction].find((entry) => keyOf(entry) === key);
    return this.#findOpen(key) ?? fresh;
  }
}
