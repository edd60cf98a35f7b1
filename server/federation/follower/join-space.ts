import type { IdentityDocument } from '@folkmoot/federation/schemas.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Database, Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import { deedIn, type Deeds } from '../../streams/deeds.ts';
import { deleteFollow, findFollow, hubOfSpace, insertFollow } from './follows-store.ts';
import type { HubLink } from './hub-link.ts';
import type { HubQuestions } from './ports.ts';

const findProfile = query<{ user: string }>()((p) =>
  sql.selectFrom('users').select(['identity', 'display_name']).where('id', '=', p.user).where('home', 'is', null),
);

export interface JoinTerms {
  invite?: string;
  unlisted?: boolean;
}

export interface JoinParts {
  questions: Pick<HubQuestions, 'preview'>;
  deeds: Pick<Deeds, 'perform'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  clock: Clock;
  openingSpace(reader: Reader, user: string, space: string): Promise<Space | undefined>;
  /** Throws `limit_reached`. */
  requireRoomFor(reader: Reader, user: string, kind: Space['kind']): Promise<void>;
  follow(hub: string, space: string): HubLink;
  forget(space: string): void;
}

/** Joining spaces of other hubs: the hub decides, and its answer is the space as it is then. */
export class Joins {
  readonly #parts: JoinParts;
  /** How many are joining, by space. */
  readonly #joining = new Map<string, number>();

  constructor(parts: JoinParts) {
    this.#parts = parts;
  }

  isJoining(space: string): boolean {
    return this.#joining.has(space);
  }

  /** Throws Refusal, ProtocolError, ClientError and PeerRefusal. */
  async join(user: string, code: string, via: string, terms: { unlisted?: boolean } = {}): Promise<Space> {
    const { invite, space } = await this.#parts.questions.preview(via, code);
    return this.joinWith(user, space.id, via, { ...terms, invite }, space.kind);
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
    if (opened) return opened;
    // A hub may forget its limits, and what is followed is kept here.
    await database.read((reader) => this.#parts.requireRoomFor(reader, user, kind));
    await this.#requireHub(space, via);
    this.#joining.set(space, (this.#joining.get(space) ?? 0) + 1);
    try {
      return await this.#join(user, terms, space, via);
    } catch (error) {
      const waits = error instanceof Refusal && error.code === 'pending';
      if (!waits && this.#joining.get(space) === 1) await this.#giveUp(space);
      throw error;
    } finally {
      const left = (this.#joining.get(space) ?? 1) - 1;
      if (left > 0) this.#joining.set(space, left);
      else this.#joining.delete(space);
    }
  }

  async #join(user: string, terms: JoinTerms, space: string, hub: string): Promise<Space> {
    const { deeds, committer, clock, database, openingSpace, follow } = this.#parts;
    await committer.commit((tx) => tx.run(insertFollow, { space, hub, since: clock.now() }));
    const link = follow(hub, space);
    const plan = async (reader: Reader) => {
      const profile = await reader.get(findProfile, { user });
      if (!profile) throw new Refusal('session_ended');
      const identity = JSON.parse(profile.identity) as IdentityDocument;
      const body = { ...terms, profile: { identity, display_name: profile.display_name } };
      return deedIn(space, '_', user, 'member.join', body);
    };
    const answer = async (reader: Reader) => {
      const opening = await openingSpace(reader, user, space);
      if (!opening) throw new Refusal('not_found');
      return opening;
    };
    try {
      return await deeds.perform({ space, plan }, answer);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'already_member') throw error;
      // It was accepted before, and the answer was lost.
      await link.space(space)?.refresh();
      return database.read(answer);
    }
  }

  /** A space has one hub, whoever else says that it is theirs. */
  async #requireHub(space: string, via: string): Promise<void> {
    const { database } = this.#parts;
    const known = await database.read(
      async (reader) =>
        (await reader.get(hubOfSpace, { space }))?.hub ?? (await reader.get(findFollow, { space }))?.hub,
    );
    if (known !== undefined && known !== via) throw new Refusal('not_found');
  }

  async #giveUp(space: string): Promise<void> {
    const { database, committer, forget } = this.#parts;
    const follow = await database.read((reader) => reader.get(findFollow, { space }));
    if (follow?.stage !== 'joining') return;
    forget(space);
    await committer.commit((tx) => tx.run(deleteFollow, { space }));
  }
}
