import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { proveInvite } from '@folkmoot/federation/invite-proof.ts';
import { INTENT_LIFETIME } from '@folkmoot/federation/intent.ts';
import type { IdentityDocument } from '@folkmoot/federation/schemas.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Database, Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import { deedIn, type Deeds } from '../../streams/deeds.ts';
import type { Departures } from '../../streams/departures.ts';
import { SHORT_LIFETIME } from '../../streams/outbox-intent.ts';
import type { OwnJoins } from '../../streams/own-joins.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { deleteFollow, findFollow, hubOfSpace, insertFollow, isMember } from './follows-store.ts';
import type { HubLink } from './hub-link.ts';
import type { FollowerTiming, HubQuestions } from './ports.ts';

const findProfile = query<{ user: string }>()((p) =>
  sql.selectFrom('users').select(['identity', 'display_name']).where('id', '=', p.user).where('home', 'is', null),
);

export interface JoinTerms {
  invite?: string;
  /** That whoever joins knows the code. [INV-8] */
  proof?: string;
  unlisted?: boolean;
}

/** Which space somebody is asked to join, and what they were told that it is. */
export interface ExpectedSpace {
  id: string;
  kind: Space['kind'];
}

export interface JoinParts {
  questions: Pick<HubQuestions, 'preview'>;
  deeds: Pick<Deeds, 'perform'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  departures: Pick<Departures, 'leave' | 'settle'>;
  ownJoins: OwnJoins;
  clock: Clock;
  openingSpace(reader: Reader, user: string, space: string): Promise<Space | undefined>;
  /** Throws `limit_reached`. */
  requireRoomFor(reader: Reader, user: string, kind: Space['kind']): Promise<void>;
  follow(hub: string, space: string): HubLink;
  forget(space: string): void;
  timing: Pick<FollowerTiming, 'unanswered'>;
}

/** A hub that says so often that it knows nothing of a join has not taken it. */
const DENIALS = 2;

/** Joining spaces of other hubs: the hub decides, and its answer is the space as it is then. */
export class Joins {
  readonly #parts: JoinParts;
  /** How many are joining, by space. */
  readonly #joining = new Map<string, number>();
  /** Spaces whose hub may have taken a join and did not say so. */
  readonly #unanswered = new Map<string, NodeJS.Timeout>();
  /** What those who join were told that a space is, until it is here. */
  readonly #told = new BoundedMap<string, { kind: Space['kind']; refuse(reason: Refusal): void }>(10_000);

  constructor(parts: JoinParts) {
    this.#parts = parts;
  }

  isJoining(space: string): boolean {
    return this.#joining.has(space);
  }

  /** Throws Refusal, ProtocolError, ClientError and PeerRefusal. */
  async join(
    user: string,
    code: string,
    via: string,
    terms: { unlisted?: boolean } = {},
    expected?: ExpectedSpace,
  ): Promise<Space> {
    const { invite, space } = await this.#parts.questions.preview(via, code);
    if (expected && (space.id !== expected.id || space.kind !== expected.kind)) throw new Refusal('invite_gone');
    const proof = proveInvite(code, { space: space.id, invite, actor: user });
    return this.joinWith(user, space.id, via, { ...terms, invite, proof }, space.kind);
  }

  /** The same where the space is known; a bot needs no invite. */
  async joinWith(
    user: string,
    space: string,
    via: string,
    terms: JoinTerms,
    kind: Space['kind'] = 'community',
  ): Promise<Space> {
    const { database, openingSpace } = this.#parts;
    const opened = await database.read((reader) => openingSpace(reader, user, space));
    if (opened && opened.kind !== kind) throw new Refusal('invite_gone');
    if (opened) return opened;
    // A hub may forget its limits, and what is followed is kept here.
    await database.read((reader) => this.#parts.requireRoomFor(reader, user, kind));
    await this.#requireHub(space, via, kind);
    // Otherwise their leaving would end what begins now. [FOL-19]
    if (!(await this.#parts.departures.settle(via, space, user))) throw new Refusal('hub_away');
    this.#joining.set(space, (this.#joining.get(space) ?? 0) + 1);
    try {
      return await this.#join(user, terms, space, via, kind);
    } catch (error) {
      await this.#failed(user, space, via, error);
      throw error;
    } finally {
      const left = (this.#joining.get(space) ?? 1) - 1;
      if (left > 0) this.#joining.set(space, left);
      else this.#joining.delete(space);
    }
  }

  /** False where its genesis says that a space is something else than who joins was told: then it is not followed. [FOL-11] */
  async isAsTold(space: string, kind: unknown): Promise<boolean> {
    const { database, ownJoins } = this.#parts;
    const told = this.#told.get(space);
    const kinds = await database.read((reader) => ownJoins.wishedKinds(reader, space));
    if ((!told || told.kind === kind) && (kinds?.has(String(kind)) ?? true)) return true;
    told?.refuse(new Refusal('invite_gone'));
    void this.#giveUp(space).catch(() => undefined);
    return false;
  }

  async #join(user: string, terms: JoinTerms, space: string, hub: string, kind: Space['kind']): Promise<Space> {
    const { deeds, committer, clock, database, ownJoins, openingSpace, follow } = this.#parts;
    const id = randomId('i_');
    await committer.commit(async (tx) => {
      const now = clock.now();
      await tx.run(insertFollow, { space, hub, since: now });
      await ownJoins.note(tx, { space, user, id, hub, kind, asked: now, until: now + SHORT_LIFETIME });
    });
    const link = follow(hub, space);
    const plan = async (reader: Reader) => {
      const profile = await reader.get(findProfile, { user });
      if (!profile) throw new Refusal('session_ended');
      const identity = JSON.parse(profile.identity) as IdentityDocument;
      const body = { ...terms, profile: { identity, display_name: profile.display_name } };
      return { ...deedIn(space, '_', user, 'member.join', body), id };
    };
    const answer = async (reader: Reader) => {
      const opening = await openingSpace(reader, user, space);
      if (!opening) throw new Refusal('not_found');
      return opening;
    };
    const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
    // It may come out after everybody has gone.
    refused.catch(() => undefined);
    this.#told.set(space, { kind, refuse });
    try {
      return await Promise.race([deeds.perform({ space, plan }, answer), refused]);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'already_member') throw error;
      // It was accepted before, and the answer was lost.
      await link.space(space)?.refresh();
      return database.read(answer);
    }
  }

  /** A space has one hub and is one thing, whatever anybody says. */
  async #requireHub(space: string, via: string, kind: Space['kind']): Promise<void> {
    const { database } = this.#parts;
    const { here, hub = via } = await database.read(async (reader) => {
      const here = await reader.get(hubOfSpace, { space });
      return { here, hub: here?.hub ?? (await reader.get(findFollow, { space }))?.hub };
    });
    if (hub !== via) {
      // What never answered says nothing about whose space it is.
      if (!this.#unanswered.has(space) || this.isJoining(space)) throw new Refusal('not_found');
      await this.#giveUp(space);
    }
    if (here && here.kind !== kind) throw new Refusal('invite_gone');
  }

  async #failed(user: string, space: string, hub: string, error: unknown): Promise<void> {
    const { committer, ownJoins, clock } = this.#parts;
    const code = error instanceof Refusal ? error.code : 'hub_away';
    const isLast = this.#joining.get(space) === 1;
    if (code === 'pending')
      await committer.commit((tx) => ownJoins.waitUntil(tx, { space, user }, clock.now() + INTENT_LIFETIME));
    else if (code !== 'hub_away') {
      await committer.commit((tx) => ownJoins.withdraw(tx, space, user));
      if (isLast) await this.#giveUp(space);
    } else if (isLast) this.#lookLater(space, hub);
  }

  /** Whoever was joining at the last stop may have become a member meanwhile. */
  resume(space: string, hub: string): void {
    this.#lookLater(space, hub);
  }

  /** Where a hub used what somebody asked for once and does not wait for any more, they leave again. [FOL-18] */
  async leaveUnwished(space: string, hub: string): Promise<void> {
    const { committer, ownJoins, departures } = this.#parts;
    if (!ownJoins.maybeIn(space)) return;
    await committer.commit(async (tx) => {
      for (const user of await ownJoins.takeUnwished(tx, space, hub))
        if (!(await tx.get(isMember, { space, user }))) await departures.leave(tx, hub, space, user);
    });
  }

  /** It may have happened all the same: the hub names the space then, over the live connection or when it is asked. [FOL-15] */
  #lookLater(space: string, hub: string, tries = 0, denials = 0): void {
    const wait = this.#parts.timing.unanswered[tries];
    clearTimeout(this.#unanswered.get(space));
    if (wait === undefined) return void this.#giveUp(space).catch(() => undefined);
    const timer = setTimeout(() => void this.#look(space, hub, tries, denials), wait).unref();
    this.#unanswered.set(space, timer);
  }

  async #look(space: string, hub: string, tries: number, denials: number): Promise<void> {
    const { database, follow } = this.#parts;
    // Whoever tries again finds it out.
    if (this.isJoining(space)) return;
    try {
      const row = await database.read((reader) => reader.get(findFollow, { space }));
      if (row?.stage === 'joining') await follow(hub, space).space(space)?.refresh();
      this.#unanswered.delete(space);
    } catch (error) {
      const isDenied = error instanceof PeerRefusal && error.status === 404;
      const denied = denials + (isDenied ? 1 : 0);
      this.#lookLater(space, hub, denied >= DENIALS ? Infinity : tries + 1, denied);
    }
  }

  close(): void {
    for (const timer of this.#unanswered.values()) clearTimeout(timer);
  }

  async #giveUp(space: string): Promise<void> {
    const { database, committer, ownJoins, forget } = this.#parts;
    clearTimeout(this.#unanswered.get(space));
    this.#unanswered.delete(space);
    const follow = await database.read((reader) => reader.get(findFollow, { space }));
    if (follow?.stage !== 'joining') return;
    forget(space);
    await committer.commit(async (tx) => {
      await ownJoins.withdraw(tx, space);
      await tx.run(deleteFollow, { space });
    });
  }
}
