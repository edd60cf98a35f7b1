import type { Log } from '../base/log.ts';
import type { Committer } from './committer.ts';
import type { Entry } from './outbox-entry.ts';
import * as store from './outbox-store.ts';
import { pendingOf } from './pending-intent.ts';
import type { Signals } from './signals.ts';

export interface IntentNewsParts {
  committer: Pick<Committer, 'commit'>;
  signals: Pick<Signals, 'send'>;
  log: Log;
}

/** Tells users on all their devices what is pending, and what became of it, once that is kept. */
export class IntentNews {
  readonly #parts: IntentNewsParts;
  /** Settled, and not yet taken out of the table. */
  readonly #settled = new Set<Entry>();

  constructor(parts: IntentNewsParts) {
    this.#parts = parts;
  }

  /** From now on it is pending. */
  async pending(entry: Entry): Promise<void> {
    if (entry.told === 1 || entry.outcome) return;
    entry.told = 1;
    const { actor, space, id } = entry;
    const row = await this.#parts.committer.commit(async (tx) => {
      await tx.run(store.tellOutbox, { no: entry.no });
      return tx.get(store.findOutbox, { actor, space, id });
    });
    if (row)
      this.#parts.signals.send({ audience: { to: 'user', user: actor }, t: 'intent.pending', d: pendingOf(row) });
  }

  /** It has an outcome, and leaves the table. */
  async settled(entry: Entry): Promise<void> {
    const { committer, signals, log } = this.#parts;
    this.#settled.add(entry);
    try {
      await committer.commit((tx) => tx.run(store.deleteOutbox, { no: entry.no }));
    } catch (error) {
      return log.warn({ err: error }, 'what is settled could not be taken out of the outbox yet');
    }
    this.#settled.delete(entry);
    if (entry.told === 0) return;
    const { outcome } = entry;
    const refused = outcome && 'refusal' in outcome ? { code: outcome.refusal.code } : undefined;
    signals.send({
      audience: { to: 'user', user: entry.actor },
      t: 'intent.settled',
      d: { intent: entry.id, ok: !refused, ...refused },
    });
  }

  /** What could not be taken out of the table before. */
  async tryAgain(): Promise<void> {
    for (const entry of [...this.#settled]) await this.settled(entry);
  }
}
