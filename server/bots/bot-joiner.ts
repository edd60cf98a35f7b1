import { findUser } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Clock } from '../base/clock.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import type { TailEvent } from '../streams/tail.ts';

const SWEEP_MS = 60_000;

/** Bots of this homeserver that were granted something and have not joined, or whose grant is over and who have not left. */
const unsettled = query<{ now: number }>()((p) =>
  sql
    .selectFrom('bot_grants')
    .innerJoin('bots', 'bots.user', 'bot_grants.bot')
    .innerJoin('spaces', 'spaces.id', 'bot_grants.space')
    .leftJoin('members', (join) =>
      join.onRef('members.space', '=', 'bot_grants.space').onRef('members.user', '=', 'bot_grants.bot'),
    )
    .select(['bot_grants.space', 'bot_grants.bot', 'members.user as member'])
    .where('spaces.deleted', '=', 0)
    .where(({ eb, or, and }) =>
      or([
        and([eb('members.user', 'is', null), or([eb('expires', 'is', null), eb('expires', '>', p.now)])]),
        and([eb('members.user', 'is not', null), eb('expires', '<=', p.now)]),
      ]),
    ),
);

export interface BotJoinerParts {
  database: Pick<Database, 'read'>;
  deeds: Deeds;
  clock: Clock;
  log: Log;
}

/** Bots of this homeserver take what they are granted: they join by themselves, and leave when their time is over. [BOT-6] */
export class BotJoiner {
  readonly #parts: BotJoinerParts;
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BotJoinerParts) {
    this.#parts = parts;
  }

  follow(events: readonly TailEvent[]): void {
    for (const { event } of events) {
      const { bot } = (event.body ?? {}) as { bot?: unknown };
      if (event.type === 'bot.grant' && typeof bot === 'string') this.#start(this.#join(event.space, bot));
    }
  }

  /** Begins with what was left undone, and looks from time to time. */
  start(): void {
    this.#start(this.sweep());
    this.#timer = setInterval(() => this.#start(this.sweep()), SWEEP_MS).unref();
  }

  /** What was left undone, and what time has ended. */
  async sweep(): Promise<void> {
    const { database, clock, log } = this.#parts;
    try {
      const rows = await database.read((reader) => reader.all(unsettled, { now: clock.now() }));
      for (const { space, bot, member } of rows)
        await this.#perform(space, bot, member === null ? 'member.join' : 'member.leave');
    } catch (error) {
      log.warn({ err: error }, 'the grants of bots could not be looked through');
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  #start(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #join(space: string, bot: string): Promise<void> {
    const isDue = await this.#parts.database.read(async (reader) => {
      const row = await reader.get(findUser, { id: bot });
      if (row?.bot !== 1 || row.home !== null || row.state !== 'active') return false;
      return (await reader.get(findMemberRow, { space, user: bot })) === undefined;
    });
    if (isDue) await this.#perform(space, bot, 'member.join');
  }

  async #perform(space: string, bot: string, type: 'member.join' | 'member.leave'): Promise<void> {
    if (this.#isClosed) return;
    const { deeds, log } = this.#parts;
    try {
      await deeds.perform(deedIn(space, '_', bot, type, {}), done);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'already_member') return;
      log.warn({ err: error, space, bot, type }, 'a bot could not take what it was granted; it is tried again');
    }
  }
}
