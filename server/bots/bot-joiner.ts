import { findUser } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import type { Database } from '../storage/database.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import type { TailEvent } from '../streams/tail.ts';
import { unsettledGrants, type UnsettledGrant } from './unsettled-grants.ts';

const SWEEP_MS = 60_000;
/** How long a hub waits to hear that a bot has joined; it joins all the same. */
const PATIENCE_MS = 5_000;

export interface BotJoinerParts {
  database: Pick<Database, 'read'>;
  deeds: Deeds;
  serverName: string;
  clock: Clock;
  log: Log;
  /** Tells the home of a bot that a space of this homeserver granted it something; undefined without federation. */
  tellHome: ((home: string, grant: { bot: string; space: string }) => Promise<void>) | undefined;
  /** Joins a space of another hub; undefined without federation. */
  joinGranted: ((bot: string, space: string, hub: string) => Promise<unknown>) | undefined;
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
      if (event.type === 'bot.grant' && typeof bot === 'string') this.#start(this.#settle(event.space, bot));
    }
  }

  /** Another homeserver granted a bot of this one something. Throws `not_found`, and `unavailable` where it is to ask again. [BOT-12] */
  async invited(hub: string, { bot, space }: { bot: string; space: string }): Promise<void> {
    const { database, joinGranted } = this.#parts;
    const row = await database.read((reader) => reader.get(findUser, { id: bot }));
    if (row?.bot !== 1 || row.home !== null || row.state !== 'active') throw new Refusal('not_found');
    if (!joinGranted || this.#isClosed) throw new Refusal('unavailable');
    const joining = joinGranted(bot, space, hub).then(() => undefined);
    const late = AbortSignal.timeout(PATIENCE_MS);
    try {
      await Promise.race([joining, new Promise<void>((resolve) => (late.onabort = () => resolve()))]);
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) throw error;
      throw new Refusal('unavailable');
    } finally {
      joining.catch((error: unknown) => this.#note(error, { space, bot, type: 'member.join' }));
    }
  }

  /** Begins with what was left undone, and looks from time to time. */
  start(): void {
    this.#start(this.#sweepAll(true));
    this.#timer = setInterval(() => this.#start(this.sweep()), SWEEP_MS).unref();
  }

  /** What was left undone, and whose time has ended. */
  sweep(): Promise<void> {
    return this.#sweepAll(false);
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

  async #sweepAll(isFirst: boolean): Promise<void> {
    const { database, clock, log } = this.#parts;
    try {
      for (const row of await database.read((reader) => unsettledGrants(reader, clock.now())))
        if (!this.#isClosed) await this.#take(row, isFirst);
    } catch (error) {
      log.warn({ err: error }, 'the grants of bots could not be looked through');
    }
  }

  async #take({ space, hub, bot, home, owner, owner_home, isMember }: UnsettledGrant, isFirst: boolean): Promise<void> {
    const { serverName, tellHome } = this.#parts;
    // What did not work is tried again only after a restart, or when it is granted again.
    if (home === null && !isMember && !isFirst) return;
    if (home === null && !isMember && hub !== serverName) return this.#joinAt(hub, space, bot);
    if (home === null) return this.#perform(space, bot, isMember ? 'member.leave' : 'member.join');
    if (hub !== serverName) return;
    // The homeserver of the bot should make it leave, and the hub does not depend on that.
    if (isMember && owner_home === null)
      return this.#perform(space, owner, 'bot.revoke', { bot, reason: 'Its time is over.' });
    if (!isMember && isFirst) await tellHome?.(home, { bot, space });
  }

  async #settle(space: string, bot: string): Promise<void> {
    const { database, clock } = this.#parts;
    try {
      const rows = await database.read(async (reader) => {
        const isMember = (await reader.get(findMemberRow, { space, user: bot })) !== undefined;
        return isMember ? [] : unsettledGrants(reader, clock.now(), { space, bot });
      });
      for (const row of rows) await this.#take(row, true);
    } catch (error) {
      this.#note(error, { space, bot });
    }
  }

  async #joinAt(hub: string, space: string, bot: string): Promise<void> {
    try {
      await this.#parts.joinGranted?.(bot, space, hub);
    } catch (error) {
      this.#note(error, { space, bot, type: 'member.join' });
    }
  }

  async #perform(space: string, actor: string, type: string, body: object = {}): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#parts.deeds.perform(deedIn(space, '_', actor, type, body), done);
    } catch (error) {
      this.#note(error, { space, actor, type });
    }
  }

  #note(error: unknown, what: object): void {
    if (error instanceof Refusal && ['already_member', 'pending'].includes(error.code)) return;
    this.#parts.log.warn({ err: error, ...what }, 'a bot could not take what it was granted');
  }
}
