import { setTimeout as rest } from 'node:timers/promises';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import type { FollowedLog, Received } from '../../streams/followed-log.ts';
import { checkState } from './fetch-state.ts';
import { fetchUsers } from './fetch-users.ts';
import { findFollow, setStage } from './follows-store.ts';
import { nameMembers, type NameMembersParts } from './name-members.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

/** Members that are kept in one transaction: whoever waits for the next one waits no longer than for a message or two. */
const TOGETHER = 20;

const knownUser = query<{ user: string }>()((p) => sql.selectFrom('users').select('id').where('id', '=', p.user));

export interface FillMembersParts extends NameMembersParts {
  hub: string;
  questions: Pick<HubQuestions, 'members' | 'users'>;
  keys: PeerKeys;
  spaceLog: Pick<FollowedLog, 'receiveState'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  log: Log;
}

/** The members of a space that are not here yet: page by page in the background, and at once where a message is shown. */
export class FillMembers {
  readonly #parts: FillMembersParts;
  readonly #space: string;
  readonly #asked = new Set<string>();
  /** Whether all who are here were looked at for their names. */
  #isNamed = false;

  constructor(space: string, parts: FillMembersParts) {
    this.#space = space;
    this.#parts = parts;
  }

  /** Fetches the list from where it stopped to its end, in half of the time so that others go before, and names that are missing. */
  async fill(isOver: () => boolean): Promise<void> {
    await this.#fetch(isOver);
    if (this.#isNamed) return;
    await nameMembers(this.#parts, this.#space, isOver);
    this.#isNamed = true;
  }

  async #fetch(isOver: () => boolean): Promise<void> {
    const { hub, questions, database, committer, spaceLog } = this.#parts;
    const [space, key] = [this.#space, { space: this.#space, stream: '_' }];
    const follow = await database.read((reader) => reader.get(findFollow, { space }));
    if (follow?.stage !== 'members') return;
    this.#isNamed = false;
    let after = follow.members_after;
    do {
      const began = performance.now();
      const page = await questions.members(hub, space, after ?? undefined);
      const lines = await checkState(this.#parts, key, page);
      for (let from = 0; from < lines.length; from += TOGETHER)
        await committer.commit((tx) => spaceLog.receiveState(tx, key, lines.slice(from, from + TOGETHER)));
      after = nextAfter(after, page.next);
      const stage = after === null ? 'whole' : 'members';
      await committer.commit((tx) => tx.run(setStage, { space, stage, after }));
      if (after !== null) await rest(performance.now() - began, undefined, { ref: false });
    } while (after !== null && !isOver());
  }

  /** Asks for those of the users that nothing is known of here; each of them once. */
  async know(users: Iterable<string>): Promise<void> {
    const { committer, spaceLog } = this.#parts;
    const lines = await this.unknownOf(users);
    if (lines.length > 0)
      await committer.commit((tx) => spaceLog.receiveState(tx, { space: this.#space, stream: '_' }, lines));
  }

  /** What the hub says about those of the users that nothing is known of here; each is asked for once. */
  async unknownOf(users: Iterable<string>): Promise<Received[]> {
    const { database } = this.#parts;
    const candidates = [...new Set(users)].filter((user) => !this.#asked.has(user));
    if (candidates.length === 0) return [];
    const unknown = await database.read(async (reader) => {
      const found = await Promise.all(candidates.map((user) => reader.get(knownUser, { user })));
      return candidates.filter((_, index) => found[index] === undefined);
    });
    for (const user of candidates) this.#asked.add(user);
    try {
      const lines = await fetchUsers(this.#parts, this.#space, unknown);
      if (this.#asked.size > 10_000) this.#asked.clear();
      return lines;
    } catch (error) {
      for (const user of unknown) this.#asked.delete(user);
      throw error;
    }
  }
}

/** Pages go up by the ids of members [REP-8]: a hub that begins again, or stays where it is, has no more to give. */
function nextAfter(after: string | null, next: string | null): string | null {
  return next !== null && next > (after ?? '') ? next : null;
}
