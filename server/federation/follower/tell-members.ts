import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Database, Reader } from '../../storage/database.ts';
import type { Signals } from '../../streams/signals.ts';
import { localMembers, profileWithCount } from './follows-store.ts';

export interface TellMembersParts {
  database: Pick<Database, 'read'>;
  signals: Pick<Signals, 'send' | 'sendAsNow'>;
  openingSpace(reader: Reader, user: string, space: string): Promise<Space | undefined>;
}

/** Members who are told what is unread; in a larger crowd each sees it at the next opening. */
const TOLD = 500;

/** Tells members of this homeserver what is the case in a space and no event says. */
export class TellMembers {
  readonly #parts: TellMembersParts;

  constructor(parts: TellMembersParts) {
    this.#parts = parts;
  }

  /** What is unread in channels. */
  async read(space: string, channels: ReadonlySet<string>): Promise<void> {
    const { database, signals, openingSpace } = this.#parts;
    const told = await database.read(async (reader) => {
      const found = [];
      for (const { user } of (await reader.all(localMembers, { space })).slice(0, TOLD)) {
        const opening = await openingSpace(reader, user, space);
        for (const { id, view } of opening?.channels ?? [])
          if (channels.has(id) && (view.last ?? view.read) !== null)
            found.push({ user, d: { space, channel: id, view } });
      }
      return found;
    });
    for (const { user, d } of told) signals.send({ audience: { to: 'user', user }, t: 'read.updated', d });
  }

  /** Everybody who has the space open gets it as it is now. */
  async anew(space: string): Promise<void> {
    const { database, signals, openingSpace } = this.#parts;
    await database.read(async (reader) => {
      for (const { user } of await reader.all(localMembers, { space })) {
        const opened = await openingSpace(reader, user, space);
        if (opened) signals.send({ audience: { to: 'user', user }, t: 'space.joined', d: { space: opened } });
      }
    });
    this.count(space);
  }

  /** How many members there are: between the events that count one more or less, so that each client counts from it on. [GW-7] */
  count(space: string): void {
    this.#parts.signals.sendAsNow(async (reader) => {
      const found = await reader.get(profileWithCount, { space });
      if (!found) return [];
      const { member_count, ...profile } = found;
      return [{ audience: { to: 'space', space }, t: 'space.updated', d: { space: profile, member_count } }];
    });
  }
}
