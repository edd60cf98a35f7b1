import { INTENT_LIFETIME } from '@folkmoot/federation/intent.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { Clock } from '../base/clock.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type OwnJoin = Tables['own_joins'];
type OwnIntent = Pick<Intent, 'actor' | 'id' | 'ts' | 'exp'> & { space: string };
type OfSpace = { space: string };
type OfUser = OfSpace & { user: string };

/** From when on every join that was asked for was noted here. */
const SINCE = 'own_joins_since';
/** More than the clocks of two homeservers are apart, and than a line is on its way. */
const MARGIN_MS = 3_600_000;

const insertJoin = query<Omit<OwnJoin, 'leaving'>>()((p) =>
  sql.insertInto('own_joins').values({
    space: p.space,
    user: p.user,
    id: p.id,
    hub: p.hub,
    kind: p.kind,
    asked: p.asked,
    until: p.until,
    leaving: 0,
  }),
);
const spacesOfJoins = query<object>()(() => sql.selectFrom('own_joins').select('space').distinct());
const joinsIn = query<OfSpace>()((p) => sql.selectFrom('own_joins').selectAll().where('space', '=', p.space));
const joinsOf = query<OfUser>()((p) =>
  sql.selectFrom('own_joins').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);
const forgetJoin = query<OfUser & { id: string }>()((p) =>
  sql.deleteFrom('own_joins').where('space', '=', p.space).where('user', '=', p.user).where('id', '=', p.id),
);
const setUntilOf = query<OfUser & { until: number }>()((p) =>
  sql.updateTable('own_joins').set({ until: p.until }).where('space', '=', p.space).where('user', '=', p.user),
);
const withdrawUpTo = query<OfUser & { ts: number }>()((p) =>
  sql
    .updateTable('own_joins')
    .set({ until: 0 })
    .where('space', '=', p.space)
    .where('user', '=', p.user)
    .where('asked', '<=', p.ts),
);
const withdrawIn = query<OfSpace>()((p) => sql.updateTable('own_joins').set({ until: 0 }).where('space', '=', p.space));
/** What nobody waits for, and what was signed can long not be used any more by a hub that keeps to its end. */
const overJoins = query<{ now: number; before: number }>()((p) =>
  sql.deleteFrom('own_joins').where('until', '<=', p.now).where('asked', '<', p.before),
);
const findSince = query<object>()(() => sql.selectFrom('meta').select('value').where('key', '=', SINCE));
const noteSince = query<{ value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: SINCE, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);
const noteLeaving = query<OfUser>()((p) =>
  sql.updateTable('own_joins').set({ leaving: 1 }).where('space', '=', p.space).where('user', '=', p.user),
);

/**
 * What users of this homeserver asked to join at other hubs. A hub may keep what it was sent and use it when nobody waits for it any more:
 * such a join is not one. [FOL-18]
 */
export class OwnJoins {
  readonly #clock: Clock;
  /** All in which somebody asked, and some more: hubs name spaces as often as they like. */
  readonly #spaces: Set<string>;
  readonly #listeners: ((space: string) => void)[] = [];
  #since: number;

  private constructor(clock: Clock, spaces: Set<string>, since: number) {
    this.#clock = clock;
    this.#spaces = spaces;
    this.#since = since;
  }

  static async open(tx: Writer, clock: Clock): Promise<OwnJoins> {
    const rows = await tx.all(spacesOfJoins, {});
    const noted = (await tx.get(findSince, {}))?.value;
    const since = Number(noted ?? clock.now());
    if (noted === undefined) await tx.run(noteSince, { value: String(since) });
    return new OwnJoins(clock, new Set(rows.map(({ space }) => space)), since);
  }

  /** The database came from a backup: what was asked for after it is not noted. */
  async startAnew(tx: Writer): Promise<void> {
    this.#since = this.#clock.now();
    await tx.run(noteSince, { value: String(this.#since) });
  }

  /** Forgets what was refused or not answered, once its time is long over: it is known by that from then on. */
  async forgetOver(tx: Writer): Promise<void> {
    const now = this.#clock.now();
    await tx.run(overJoins, { now, before: now - INTENT_LIFETIME - MARGIN_MS });
    this.#spaces.clear();
    for (const { space } of await tx.all(spacesOfJoins, {})) this.#spaces.add(space);
  }

  /** False for nearly every space. */
  maybeIn(space: string): boolean {
    return this.#spaces.has(space);
  }

  /** Told where a hub used a join that nobody wishes any more, before that is committed. */
  onUnwished(listener: (space: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Before it is sent. */
  async note(tx: Writer, join: Omit<OwnJoin, 'leaving'>): Promise<void> {
    this.#spaces.add(join.space);
    await tx.run(insertJoin, join);
  }

  /** Whether a join that a hub shows for the first time is one that its actor still waits for. */
  async take(tx: Writer, hub: string, intent: OwnIntent): Promise<boolean> {
    const { space, actor: user, id, ts } = intent;
    const joins = await tx.all(joinsOf, { space, user });
    const isNoted = joins.some((join) => join.id === id);
    if (!isNoted && !this.#isForgotten(intent)) return true;
    if (joins.some((join) => this.#isWished(join))) {
      await tx.run(forgetJoin, { space, user, id });
      return true;
    }
    if (!isNoted) await this.note(tx, { space, user, id, hub, kind: '', asked: ts, until: 0 });
    for (const listener of this.#listeners) listener(space);
    return false;
  }

  /** Who leaves waits for nothing that they asked for before. */
  async left(tx: Writer, { space, actor: user, ts }: { space: string; actor: string; ts: number }): Promise<void> {
    await tx.run(withdrawUpTo, { space, user, ts });
  }

  /** The hub has taken it, as it says. */
  async waitUntil(tx: Writer, of: OfUser, until: number): Promise<void> {
    await tx.run(setUntilOf, { ...of, until });
  }

  async withdraw(tx: Writer, space: string, user?: string): Promise<void> {
    if (user === undefined) await tx.run(withdrawIn, { space });
    else await tx.run(setUntilOf, { space, user, until: 0 });
  }

  /** What those who wait to be members were told that a space is; undefined where nobody ever asked. */
  async wishedKinds(reader: Reader, space: string): Promise<Set<string> | undefined> {
    const joins = await reader.all(joinsIn, { space });
    if (joins.length === 0) return undefined;
    return new Set(joins.filter((join) => this.#isWished(join)).map(({ kind }) => kind));
  }

  /** Users whom a hub may count as members of a space against their wish, each once. */
  async takeUnwished(tx: Writer, space: string, hub: string): Promise<string[]> {
    const users: string[] = [];
    const asked = (await tx.all(joinsIn, { space })).filter((join) => join.hub === hub);
    for (const [user, joins] of Map.groupBy(asked, (join) => join.user)) {
      if (joins.every(({ leaving }) => leaving === 1) || joins.some((join) => this.#isWished(join))) continue;
      await tx.run(noteLeaving, { space, user });
      users.push(user);
    }
    return users;
  }

  /** One that was taken came before; this one was refused or never answered. */
  #isForgotten({ ts, exp }: OwnIntent): boolean {
    return ts >= this.#since && exp + MARGIN_MS < this.#clock.now();
  }

  #isWished({ until }: OwnJoin): boolean {
    return until > this.#clock.now();
  }
}
