import { delayAfter } from '@folkmoot/federation/backoff.ts';
import type { OutboxRow } from './outbox-store.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';

const BACKOFF = { first: 1_000, longest: 60_000 };
/** How long a hub that has just failed is left alone, even by somebody who waits. */
const REST_MS = 2_000;
/** What one request may hold. */
const BATCH = 50;
const BATCH_BYTES = 1_000_000;

export interface SenderParts {
  /** What is in the queue of this hub after a number, oldest first. */
  next(no: number, limit: number): Promise<readonly OutboxRow[]>;
  /** False for what was settled, expired or accepted meanwhile. */
  isDue(row: OutboxRow): boolean;
  send(lines: string[]): Promise<readonly IntentResult[]>;
  /** Takes the answer to a row; `again` where it has to be sent once more. */
  take(row: OutboxRow, result: IntentResult): 'done' | 'again';
  /** The hub could not be asked. */
  failed(error: unknown): void;
  random(): number;
}

/** Sends the queue of one hub: one request at a time, in order, and with patience where it does not answer. */
export class HubSender {
  readonly #parts: SenderParts;
  /** Everything up to here was sent and answered. */
  #from = 0;
  #backTo = Infinity;
  #failures = 0;
  #failedAt = -Infinity;
  #again = false;
  #closed = false;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Whether the last try failed and the next is not yet due. */
  get isResting(): boolean {
    return this.#timer !== undefined;
  }

  /** There is something new in the queue. */
  wake(): void {
    if (this.isResting) return;
    this.#start();
  }

  /** What was sent with this number has to be sent once more. */
  sendAgain(no: number): void {
    this.#backTo = Math.min(this.#backTo, no - 1);
    this.wake();
  }

  /** Tries now what somebody waits for; false where it failed a moment ago. */
  tryNow(): boolean {
    if (this.isResting && performance.now() - this.#failedAt < REST_MS) return false;
    this.#start();
    return true;
  }

  /** The hub is there again. */
  reached(): void {
    this.#failures = 0;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  #start(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        while (!this.#closed && (await this.#sendBatch())) continue;
      }
    } catch (error) {
      this.#rest(0, error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** False when there was nothing more. */
  async #sendBatch(): Promise<boolean> {
    this.#from = Math.min(this.#from, this.#backTo);
    this.#backTo = Infinity;
    const rows = await this.#parts.next(this.#from, BATCH);
    const taken = fitting(rows);
    const due = taken.filter((row) => this.#parts.isDue(row));
    const again: { no: number; retry: number }[] = [];
    if (due.length > 0) {
      const results = await this.#parts.send(due.map(({ line }) => line));
      for (const [at, row] of due.entries()) {
        const result = results[at];
        const next = result?.id === row.id || result?.ok === false ? this.#parts.take(row, result) : 'again';
        if (next === 'again') again.push({ no: row.no, retry: (result?.ok === false && result.retry) || 0 });
      }
    }
    this.#from = taken.at(-1)?.no ?? this.#from;
    if (again.length === 0) {
      if (due.length > 0) this.#failures = 0;
      return taken.length > 0;
    }
    this.#from = Math.min(...again.map(({ no }) => no)) - 1;
    this.#rest(Math.max(...again.map(({ retry }) => retry)), undefined);
    return false;
  }

  #rest(least: number, error: unknown): void {
    if (this.#closed) return;
    this.#failures += 1;
    this.#failedAt = performance.now();
    this.#again = false;
    const wait = Math.max(least, delayAfter(this.#failures, BACKOFF, this.#parts.random()));
    this.#timer = setTimeout(() => this.#start(), Math.min(wait, 10 * BACKOFF.longest));
    this.#timer.unref();
    this.#parts.failed(error);
  }
}

/** As many from the front as one request may hold. */
function fitting(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ line }, at) => {
    bytes += Buffer.byteLength(line) + 1;
    return at > 0 && bytes > BATCH_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
