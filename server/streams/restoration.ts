import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from './committer.ts';
import type { HighWaterMark } from './high-water-mark.ts';
import { lastPosition } from './lines-store.ts';
import type { SpaceLog } from './space-log.ts';

const STARTED = 'restoring';
const REASON =
  'the database is older than what was published: other homeservers may hand back what is missing before it goes on';
/** Positions that may have been used after the mark was written for the last time. */
const UNMARKED = 1_000;
const STREAMS_AT_ONCE = 200;
const TELL_AGAIN_MS = 5_000;
const FINISH_AGAIN_MS = 5_000;

const findStarted = query<object>()(() => sql.selectFrom('meta').select('value').where('key', '=', STARTED));
const noteStarted = query<{ value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: STARTED, value: p.value })
    .onConflict((conflict) => conflict.doNothing()),
);
const noteFinished = query<object>()(() => sql.deleteFrom('meta').where('key', '=', STARTED));
const streamsOfHub = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('streams')
    .innerJoin('spaces', 'spaces.id', 'streams.space')
    .select(['streams.space', 'streams.stream', 'streams.epoch'])
    .where('spaces.hub', '=', p.hub),
);

/** Homeservers that may have kept what was lost. */
export interface Followers {
  servers(): Promise<string[]>;
  /** That this one waits for what they kept; rejects where they cannot be reached. */
  tell(server: string): Promise<unknown>;
}

export interface RestorationParts {
  database: Pick<Database, 'read' | 'write'>;
  committer: Committer;
  spaceLog: Pick<SpaceLog, 'openEpoch' | 'skipPositions'>;
  mark: HighWaterMark;
  serverName: string;
  /** Undefined where an admin decides when it is over. */
  waitMs: number | undefined;
  clock: Clock;
  log: Log;
}

export interface RestorationStatus {
  restoring: boolean;
  since: number | null;
  /** When it goes on by itself; null where it waits for an admin. */
  until: number | null;
  reachable: string[];
  heard: string[];
  healed: number;
}

/**
 * What a homeserver does whose database is older than what it has published: nobody may write, followers hand back the lines that they
 * kept, and then every stream goes on in a new epoch, because only that proves that no number is used twice. [EPO-1]
 */
export class Restoration {
  readonly #parts: RestorationParts;
  readonly #reachable = new Set<string>();
  readonly #heard = new Set<string>();
  readonly #listeners: (() => void)[] = [];
  #since: number | undefined;
  #listeningSince: number | undefined;
  #healed = 0;
  #timers: NodeJS.Timeout[] = [];
  #finishing: Promise<void> | undefined;

  private constructor(parts: RestorationParts) {
    this.#parts = parts;
  }

  /** Compares the database with the mark, before anything is written. */
  static async open(parts: RestorationParts): Promise<Restoration> {
    const restoration = new Restoration(parts);
    const { database, mark, committer, clock, log, spaceLog } = parts;
    const { pos, started } = await database.read(async (reader) => ({
      pos: (await reader.get(lastPosition, {}))?.pos ?? 0,
      started: await reader.get(findStarted, {}),
    }));
    if (pos >= mark.pos && !started) return restoration;
    const since = Number(started?.value ?? clock.now());
    if (!started) await database.write((tx) => tx.run(noteStarted, { value: String(since) }));
    restoration.#since = since;
    committer.restore(REASON);
    spaceLog.skipPositions(mark.pos + UNMARKED);
    log.error(
      { database: pos, mark: mark.pos },
      'RESTORING: this database is older than what this homeserver has published, as after restoring a backup. Nobody can write. If there is a newer database, stop and put that back. Other homeservers now hand back what they kept of what is missing; then it goes on without the rest. folkmoot restore shows how far it is.',
    );
    return restoration;
  }

  get isActive(): boolean {
    return this.#since !== undefined;
  }

  status(): RestorationStatus {
    const { waitMs } = this.#parts;
    const begin = this.#listeningSince;
    return {
      restoring: this.isActive,
      since: this.#since ?? null,
      until: this.isActive && begin !== undefined && waitMs !== undefined ? begin + waitMs : null,
      reachable: [...this.#reachable].sort(),
      heard: [...this.#heard].sort(),
      healed: this.#healed,
    };
  }

  /** From now on followers can reach this homeserver. */
  start(followers: Followers | undefined): void {
    if (!this.isActive) return;
    const { waitMs, clock } = this.#parts;
    this.#listeningSince = clock.now();
    if (followers) {
      void this.#tellAll(followers);
      this.#timers.push(setInterval(() => void this.#tellAll(followers), TELL_AGAIN_MS));
    }
    if (waitMs === undefined) return;
    // One that can be reached and never comes to an end does not hold it up for ever.
    for (const ms of [waitMs, waitMs * 5 + TELL_AGAIN_MS]) this.#timers.push(setTimeout(() => this.#look(), ms));
  }

  /** Lines that came back. */
  took(count: number): void {
    this.#healed += count;
  }

  /** It is connected, and has something to say or not. */
  reached(server: string): void {
    if (this.isActive) this.#reachable.add(server);
  }

  /** It has handed back all that it kept. */
  heard(server: string): void {
    if (!this.isActive) return;
    this.#reachable.add(server);
    this.#heard.add(server);
    this.#look();
  }

  onFinished(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Opens the new epochs; from then on everybody may write again. */
  finish(): Promise<void> {
    return (this.#finishing ??= this.#finish().finally(() => (this.#finishing = undefined)));
  }

  close(): Promise<void> {
    this.#rest();
    return this.#finishing?.catch(() => undefined) ?? Promise.resolve();
  }

  #rest(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  async #tellAll(followers: Followers): Promise<void> {
    try {
      const untold = (await followers.servers()).filter((server) => !this.#reachable.has(server));
      await Promise.all(
        untold.map((server) =>
          followers.tell(server).then(
            () => this.reached(server),
            () => undefined,
          ),
        ),
      );
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'it could not be read who follows; they are told later');
    }
  }

  #look(): void {
    const { waitMs, clock, log } = this.#parts;
    if (!this.isActive || this.#listeningSince === undefined || waitMs === undefined) return;
    const waited = clock.now() - this.#listeningSince;
    const isOver = waited >= waitMs * 5 + TELL_AGAIN_MS;
    const isDone = waited >= waitMs && [...this.#reachable].every((server) => this.#heard.has(server));
    if (!isOver && !isDone) return;
    this.finish().catch((error: unknown) => {
      log.error({ err: error }, 'the new epochs could not be opened; it is tried again');
      this.#timers.push(setTimeout(() => this.#look(), FINISH_AGAIN_MS));
    });
  }

  async #finish(): Promise<void> {
    if (!this.isActive) return;
    const { database, committer, spaceLog, mark, serverName, log } = this.#parts;
    const { commit } = committer.repair;
    const streams = await database.read((reader) => reader.all(streamsOfHub, { hub: serverName }));
    const epoch = streams.reduce((highest, stream) => Math.max(highest, stream.epoch), mark.epoch) + 1;
    await mark.openEpoch(epoch);
    // What concerns the whole space first: the decisions in the channels are based on it.
    const inOrder = [
      ...streams.filter(({ stream }) => stream === '_'),
      ...streams.filter(({ stream }) => stream !== '_'),
    ];
    for (let from = 0; from < inOrder.length; from += STREAMS_AT_ONCE)
      await commit(async (tx) => {
        for (const key of inOrder.slice(from, from + STREAMS_AT_ONCE)) await spaceLog.openEpoch(tx, key, epoch);
      });
    const pos = await commit(async (tx) => {
      await tx.run(noteFinished, {});
      return (await tx.get(lastPosition, {}))?.pos ?? 0;
    });
    if (pos < mark.pos) await mark.reset(pos);
    this.#since = undefined;
    this.#rest();
    committer.restored();
    log.warn(
      { epoch, streams: streams.length, healed: this.#healed },
      'restored: every stream goes on in a new epoch, and everybody can write again',
    );
    for (const listener of this.#listeners) listener();
  }
}
