import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import type { Seat } from './participant.ts';

/** Requests of one seat are answered one after the other. [VOX-1] */
export class Turns {
  readonly #turns = new Map<Seat, { last: Promise<unknown>; waiting: number }>();

  /** Throws `rate_limited` where too many wait already. */
  async take<T>(seat: Seat, work: () => Promise<T>): Promise<T> {
    let turn = this.#turns.get(seat);
    if (turn === undefined) this.#turns.set(seat, (turn = { last: Promise.resolve(), waiting: 0 }));
    if (turn.waiting >= voiceLimits.pendingRequests) throw new Refusal('rate_limited', { retry: 1_000 });
    turn.waiting++;
    const done = turn.last.then(work);
    turn.last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      if (--turn.waiting === 0 && this.#turns.get(seat) === turn) this.#turns.delete(seat);
    }
  }

  forget(seat: Seat): void {
    this.#turns.delete(seat);
  }
}
