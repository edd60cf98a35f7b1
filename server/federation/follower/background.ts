import { type Backoff, delayAfter } from '@folkmoot/federation/backoff.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { BadState } from './fetch-state.ts';

export interface BackgroundParts {
  log: Log;
  timing: { unkept: Backoff };
  /** What could not be kept here is asked for again. */
  again(): Promise<void>;
}

/** The disk is full, or the database cannot be reached: the hub does not say again what it said then. */
const isUnkept = (error: unknown) =>
  error instanceof Refusal && ['storage_full', 'unavailable', 'read_only'].includes(error.code);

/** What is done for a space while nobody waits for it, until the space is not followed any more. What fails is done another time. */
export class Background {
  readonly #space: string;
  readonly #parts: BackgroundParts;
  #isOver = false;
  #failures = 0;
  #failedAt = -Infinity;
  #later: NodeJS.Timeout | undefined;

  constructor(space: string, parts: BackgroundParts) {
    this.#space = space;
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.noteFailure(error, 'a followed stream is read another time'));
  }

  /** The same for work that somebody waits for. */
  async watch<T>(work: Promise<T>): Promise<T> {
    work.catch((error: unknown) => isUnkept(error) && this.#tryLater());
    return work;
  }

  noteFailure(error: unknown, message: string): void {
    if (this.#isOver) return;
    if (isUnkept(error)) this.#tryLater();
    const { log } = this.#parts;
    const isExpected = error instanceof BadState || error instanceof PeerRefusal;
    if (isExpected) log.debug({ err: error, space: this.#space }, message);
    else log.info({ err: error, space: this.#space }, message);
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#later);
  }

  #tryLater(): void {
    if (this.#isOver || this.#later) return;
    const { unkept } = this.#parts.timing;
    const isNew = performance.now() - this.#failedAt > 2 * unkept.longest;
    this.#failures = isNew ? 1 : this.#failures + 1;
    this.#failedAt = performance.now();
    const wait = delayAfter(this.#failures, unkept, Math.random());
    this.#later = setTimeout(() => void this.#tryAgain(), wait).unref();
  }

  async #tryAgain(): Promise<void> {
    this.#later = undefined;
    try {
      await this.#parts.again();
    } catch (error) {
      this.noteFailure(error, 'what could not be kept is asked for another time');
    }
  }
}
