import { type Backoff, delayAfter } from '@folkmoot/federation/backoff.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { BadState } from './fetch-state.ts';

export interface BackgroundParts {
  log: Log;
  timing: { unkept: Backoff };
  /** What could not be kept here, or was asked for too soon, is asked for again. */
  again(): Promise<void>;
}

/** The disk is full, or the database cannot be reached: the hub does not say again what it said then. */
const isUnkept = (error: unknown) =>
  error instanceof Refusal && ['storage_full', 'unavailable', 'read_only'].includes(error.code);

/** For how long a hub may tell to wait. */
const LONGEST_TOLD = 600_000;

/** How long to wait at least before all of it is asked for again, in ms; undefined where the hub says again by itself what there is. */
function waitAfter(error: unknown): number | undefined {
  if (isUnkept(error)) return 0;
  const isTold = error instanceof PeerRefusal && error.status === 429;
  return isTold ? Math.min(Math.max(error.retry ?? 0, 0), LONGEST_TOLD) : undefined;
}

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
    work.catch((error: unknown) => this.#tryLater(waitAfter(error)));
    return work;
  }

  noteFailure(error: unknown, message: string): void {
    if (this.#isOver) return;
    this.#tryLater(waitAfter(error));
    const { log } = this.#parts;
    const isExpected = error instanceof BadState || error instanceof PeerRefusal;
    if (isExpected) log.debug({ err: error, space: this.#space }, message);
    else log.info({ err: error, space: this.#space }, message);
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#later);
  }

  #tryLater(least: number | undefined): void {
    if (least === undefined || this.#isOver || this.#later) return;
    const { unkept } = this.#parts.timing;
    const isNew = performance.now() - this.#failedAt > 2 * unkept.longest;
    this.#failures = isNew ? 1 : this.#failures + 1;
    this.#failedAt = performance.now();
    const wait = Math.max(least, delayAfter(this.#failures, unkept, Math.random()));
    this.#later = setTimeout(() => void this.#tryAgain(), wait).unref();
  }

  async #tryAgain(): Promise<void> {
    this.#later = undefined;
    try {
      await this.#parts.again();
    } catch (error) {
      this.noteFailure(error, 'what was missed is asked for another time');
    }
  }
}
