import type { Log } from '../../base/log.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { BadState } from './fetch-state.ts';

/** What is done for a space while nobody waits for it, until the space is not followed any more. What fails is done another time. */
export class Background {
  readonly #space: string;
  readonly #log: Log;
  #isOver = false;

  constructor(space: string, log: Log) {
    this.#space = space;
    this.#log = log;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.noteFailure(error, 'a followed stream is read another time'));
  }

  noteFailure(error: unknown, message: string): void {
    if (this.#isOver) return;
    const isExpected = error instanceof BadState || error instanceof PeerRefusal;
    if (isExpected) this.#log.debug({ err: error, space: this.#space }, message);
    else this.#log.info({ err: error, space: this.#space }, message);
  }

  close(): void {
    this.#isOver = true;
  }
}
