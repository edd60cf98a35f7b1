import { checkAlone, peek } from '@folkmoot/federation/check-lines.ts';
import type { Stop } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { comparePositions, formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { type FollowedLog, OutOfPlace, type Received, type StreamKey } from '../../streams/followed-log.ts';
import { findStream } from '../../streams/lines-store.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import type { Evidence } from './evidence.ts';
import { followEpoch, type FollowEpochParts } from './follow-epoch.ts';
import { healStream } from './heal-hub.ts';
import type { HubQuestions } from './ports.ts';
import type { Quarantine } from './quarantine.ts';
import { Serial } from './serial.ts';
import { takeLines, type TakeLinesParts } from './take-lines.ts';

export interface FollowedStreamParts extends TakeLinesParts, FollowEpochParts {
  questions: HubQuestions;
  spaceLog: FollowedLog;
  quarantine: Quarantine;
  evidence: Evidence;
  /** What is the case in the space was undone: tells those who have it open. */
  undone(space: string): Promise<void>;
  applied(key: StreamKey, lines: readonly Received[]): void;
}

/** Lines of one page, which is the most that a hub gives. */
const PAGE = 200;
/** Pushed frames that may wait; beyond them it is asked for. */
const WAITING = 32;

/** One stream of another hub: whatever way its lines come, they pass the same checks and are taken in their order. */
export class FollowedStream {
  readonly key: StreamKey;
  readonly #parts: FollowedStreamParts;
  readonly #serial = new Serial();
  #head: Cursor | undefined;
  /** The newest place that the hub spoke of. */
  #told: Cursor | undefined;
  #isBehind = false;

  constructor(key: StreamKey, parts: FollowedStreamParts) {
    this.key = key;
    this.#parts = parts;
  }

  /** Lines that the hub pushed: those that link on are taken, for what is missing it is asked. */
  async take(texts: readonly string[]): Promise<void> {
    // Nothing more is kept in memory for a hub that pushes faster than this: one question gets all of it.
    if (this.#serial.waiting >= WAITING) return this.#catchUp();
    await this.#serial.run(async () => {
      if (this.#parts.quarantine.holds(this.key)) return;
      const head = await this.#findHead();
      const fresh = head && (await this.#freshOf(texts, head));
      if (!head || !fresh || fresh.length === 0) return;
      const first = peek(fresh[0]!);
      const linksOn = first && first.epoch === head.epoch && first.seq === head.seq + 1;
      if (!linksOn) return this.#pull();
      const stop = await this.#takeNext(fresh, head);
      if (stop?.code === 'gap' || stop?.code === 'already_seen') await this.#pull();
      else if (stop) await this.stop(stop);
    });
  }

  /** The hub says that it is there now: asks for what is missing. */
  reach(told: Cursor): Promise<void> {
    this.#told = told;
    if (this.#serial.waiting >= WAITING) return this.#catchUp();
    return this.#serial.run(async () => {
      const head = await this.#findHead();
      if (!head || this.#parts.quarantine.holds(this.key)) return;
      const isThere = head.epoch === told.epoch && head.seq === told.seq && head.hash === told.hash;
      if (!isThere || this.#parts.quarantine.find(this.key)) await this.#pull(told);
    });
  }

  /** Asks for what comes after the head, however far the hub is. */
  pull(): Promise<void> {
    return this.#serial.run(async () => {
      if (!this.#parts.quarantine.holds(this.key)) await this.#pull();
    });
  }

  /** Between two takes, for whoever changes the stream by another way. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#serial.run(async () => {
      try {
        return await work();
      } finally {
        this.#head = undefined;
      }
    });
  }

  /** Where the stream is here; undefined before it was adopted. */
  head(): Promise<Cursor | undefined> {
    return this.#findHead();
  }

  async #findHead(): Promise<Cursor | undefined> {
    this.#head ??= await this.#parts.database.read(async (reader) => {
      const row = await reader.get(findStream, this.key);
      return row && { epoch: row.epoch, seq: row.seq, hash: row.hash };
    });
    return this.#head;
  }

  async #catchUp(): Promise<void> {
    if (this.#isBehind) return;
    this.#isBehind = true;
    await this.#serial.run(async () => {
      this.#isBehind = false;
      if (!this.#parts.quarantine.holds(this.key)) await this.#pull();
    });
  }

  /** Without what is here already; where that is another event than the one that comes, both are kept. */
  async #freshOf(texts: readonly string[], head: Cursor): Promise<string[]> {
    const fresh: string[] = [];
    for (const text of texts) {
      const at = peek(text);
      const isHere = at !== undefined && (at.epoch < head.epoch || (at.epoch === head.epoch && at.seq <= head.seq));
      if (!isHere) fresh.push(text);
      else if (fresh.length === 0) await this.#compareAgain(text);
    }
    return fresh;
  }

  async #compareAgain(text: string): Promise<void> {
    const { hub, keys, evidence } = this.#parts;
    const checked = checkAlone(text, await keys.expected(this.key, hub, [text], 'past'));
    if (checked.ok && checked.kind === 'event') await evidence.compare(this.key, checked.cursor, hub, text);
  }

  /** To a place, or to wherever the hub is: more may have been pushed than what it last said of its place. */
  async #pull(until?: Cursor): Promise<void> {
    const { questions, hub, quarantine, log } = this.#parts;
    let isHealed = false;
    let asked: { after: string; page: Promise<string[]> } | undefined;
    /** The next page is on its way while this one is kept. */
    const askAhead = (cursor: Cursor) => {
      if (cursor.hash === until?.hash) return;
      asked = { after: cursor.hash, page: questions.after(hub, this.key, cursor, PAGE) };
      asked.page.catch(() => undefined);
    };
    for (;;) {
      const head = await this.#findHead();
      if (!head) return;
      try {
        const page = asked?.after === head.hash ? asked.page : questions.after(hub, this.key, head, PAGE);
        asked = undefined;
        const texts = await page;
        if (texts.length === 0) return await this.#caughtUp(head);
        const stop = await this.#takeNext(texts, head, askAhead);
        if (stop?.code === 'unknown_fork_point' && (await this.#followEpoch())) continue;
        if (stop) return await this.stop(stop);
        const now = await this.#findHead();
        if (until && now?.hash === until.hash) return await quarantine.heal(this.key);
      } catch (error) {
        if (error instanceof OutOfPlace) {
          this.#head = undefined;
          log.warn({ ...this.key }, 'a stream moved while it was read; it is asked for again');
          return;
        }
        if (!(error instanceof PeerRefusal) || error.status !== 409) throw error;
        if (await this.#followEpoch()) continue;
        // A hub that takes lines back again and again, and still does not have them, is not asked for ever.
        if (!isHealed && (isHealed = await this.#healHub())) continue;
        return await this.#suspect(error.code, error.message);
      }
    }
  }

  /** True where the stream goes on here in a later epoch of its hub. */
  async #followEpoch(): Promise<boolean> {
    const head = await this.#findHead();
    const epoch = head && (await followEpoch(this.#parts, this.key, head));
    if (!epoch) return false;
    this.#moveOn(epoch.lines);
    if (epoch.isUndone) await this.#parts.undone(this.key.space);
    return true;
  }

  /** A hub that has less than is here may have been restored, and takes back what it lost. */
  async #healHub(): Promise<boolean> {
    try {
      return await healStream(this.#parts, this.key);
    } catch (error) {
      if (error instanceof PeerRefusal) return false;
      throw error;
    }
  }

  /** An empty page of a hub that is behind says that it lost something, not that all is here. [FOL-6] */
  async #caughtUp(head: Cursor): Promise<void> {
    const { questions, hub, quarantine } = this.#parts;
    const told = this.#told;
    if (told && comparePositions(formatPosition(told), formatPosition(head)) < 0) {
      const checkpoint = await questions.checkpoint(hub, this.key);
      if (comparePositions(formatPosition(checkpoint), formatPosition(head)) < 0 && !(await this.#healHub()))
        return this.#suspect('cursor_ahead', 'an empty page, while its head is behind what is here');
      this.#told = checkpoint;
    }
    await quarantine.heal(this.key);
  }

  /** Takes what is good, and says what stopped it. */
  async #takeNext(
    texts: readonly string[],
    head: Cursor,
    askAhead?: (cursor: Cursor) => void,
  ): Promise<(Stop & { line: string }) | undefined> {
    const { lines, stop } = await takeLines(this.#parts, this.key, texts, head, askAhead);
    if (lines.length > 0) {
      this.#moveOn(lines);
      await this.#parts.evidence.compareSeen(this.key, lines);
    }
    return stop;
  }

  #moveOn(lines: readonly Received[]): void {
    this.#head = lines.at(-1)!.cursor;
    this.#parts.applied(this.key, lines);
  }

  /** What was wrong is kept, and the stream tried again later. [STR-16] */
  stop({ reason, code, line }: Stop & { line: string }): Promise<void> {
    return this.#parts.quarantine.stop(this.key, { reason, code, line }, () => this.#tryAgain());
  }

  #suspect(code: string, message: string): Promise<void> {
    return this.#parts.quarantine.stop(this.key, { reason: 'suspect', code, line: message }, () => this.#tryAgain());
  }

  #tryAgain(): void {
    const pulling = this.#serial.run(() => this.#pull());
    pulling.catch((error: unknown) => this.#parts.log.debug({ err: error, ...this.key }, 'a stopped stream waits'));
  }

  /** After a restart. */
  resume(): void {
    this.#parts.quarantine.resume(this.key, () => this.#tryAgain());
  }
}
