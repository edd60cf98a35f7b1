import type { Database } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import { profileWithCount, setMemberCount } from './follows-store.ts';
import type { SpaceHeads } from './ports.ts';
import type { SpaceStreams } from './space-streams.ts';

export interface MemberCountParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  /** Tells local members how many members there are. */
  tellCount(space: string): void;
}

/** Times that a hub is asked for the number of members after a space was joined. */
const RECOUNTS = 5;

/** How many members a space has, as its hub says: not all of them are listed here. */
export class MemberCount {
  readonly #space: string;
  readonly #streams: SpaceStreams;
  readonly #parts: MemberCountParts;
  /** Whether the number was one at the place that was here. */
  #isCounted = true;

  constructor(space: string, streams: SpaceStreams, parts: MemberCountParts) {
    this.#space = space;
    this.#streams = streams;
    this.#parts = parts;
  }

  /** The state that was adopted is newer than these heads, and may have more or fewer members than they count: false then. */
  async isOf(heads: SpaceHeads): Promise<boolean> {
    this.#isCounted = await this.#isAt(heads);
    return this.#isCounted;
  }

  /** Only where it is the count at the place that is here, while that place stays. */
  set(heads: SpaceHeads): Promise<void> {
    const { database, committer, tellCount } = this.#parts;
    const [space, { members }] = [this.#space, heads];
    return this.#streams.of('_').alone(async () => {
      if (!(await this.#isAt(heads))) return;
      this.#isCounted = true;
      const before = await database.read((reader) => reader.get(profileWithCount, { space }));
      if (!before || before.member_count === members) return;
      await committer.commit((tx) => tx.run(setMemberCount, { space, members }));
      tellCount(space);
    });
  }

  /** Asks for heads until they count what is here. Where people come and go all the time it is left to the next heads. */
  async recount(refresh: () => Promise<void>, isOver: () => boolean): Promise<void> {
    for (let left = RECOUNTS; left > 0 && !this.#isCounted && !isOver(); left--) await refresh();
  }

  async #isAt({ streams }: SpaceHeads): Promise<boolean> {
    return streams.get('_')?.hash === (await this.#streams.of('_').head())?.hash;
  }
}
