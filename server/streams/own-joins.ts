import type { Clock } from '../base/clock.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type OwnJoin = Tables['own_joins'];
type OfSpace = { space: string };
type OfUser = OfSpace & { user: string };

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

  private constructor(clock: Clock, spaces: Set<string>) {
    this.#clock = clock;
    this.#spaces = spaces;
  }

  static async read(reader: Reader, clock: Clock): Promise<OwnJoins> {
    const rows = await reader.all(spacesOfJoins, {});
    return new OwnJoins(clock, new Set(rows.map(({ space }) => space)));
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

  /** Whether a join that a hub shows is one that its actor still waits for. */
  async take(tx: Writer, { space, actor: user, id }: { space: string; actor: string; id: string }): Promise<boolean> {
    const joins = await tx.all(joinsOf, { space, user });
    if (!joins.some((join) => join.id === id)) return true;
    if (!joins.some((join) => this.#isWished(join))) {
      for (const listener of this.#listeners) listener(space);
      return false;
    }
    await tx.run(forgetJoin, { space, user, id });
    return true;
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

  #isWished({ until }: OwnJoin): boolean {
    return until > this.#clock.now();
  }
}
