import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { deleteMember, findMemberRow } from './member-store.ts';
import { findChannelRow, findSpaceRow } from './space-store.ts';
import { forgetGone, noteGone } from './unlisted.ts';

/** Entries that are kept: the hub of a space stays the same. */
const KEPT = 20_000;

const hubOfSpace = query<{ space: string }>()((p) => sql.selectFrom('spaces').select('hub').where('id', '=', p.space));
/** Of a space that somebody here is joining, of which nothing is known yet. */
const hubOfJoined = query<{ space: string }>()((p) =>
  sql.selectFrom('follows').select('hub').where('space', '=', p.space),
);

export interface SpaceHubs {
  /** Undefined where this homeserver decides itself, and for a space that it does not know. */
  hubOf(reader: Reader, space: string): Promise<string | undefined>;
  isMember(reader: Reader, space: string, user: string): Promise<boolean>;
  /** Whether a stream is hidden from a user of this homeserver, so that its last lines may never come. */
  isHidden(reader: Reader, space: string, stream: string, user: string): Promise<boolean>;
  /** Takes a user of this homeserver out of a space before its hub has, which still counts them. Throws `owner_cannot`. */
  endMembership(tx: Writer, space: string, user: string): Promise<void>;
}

/** Who decides in a space; asked for every deed, so it is kept. */
export function spaceHubs(serverName: string): SpaceHubs {
  const known = new Map<string, string>();
  const isMember = async (reader: Reader, space: string, user: string) =>
    (await reader.get(findMemberRow, { space, user })) !== undefined;
  return {
    async hubOf(reader, space) {
      let hub = known.get(space);
      if (hub === undefined) {
        hub = (await reader.get(hubOfSpace, { space }))?.hub;
        if (hub === undefined) return (await reader.get(hubOfJoined, { space }))?.hub;
        if (known.size >= KEPT) known.clear();
        known.set(space, hub);
      }
      return hub === serverName ? undefined : hub;
    },
    isMember,
    async endMembership(tx, space, user) {
      if (!(await isMember(tx, space, user))) return;
      const found = await tx.get(findSpaceRow, { space });
      if (found?.kind === 'community' && found.owner === user) throw new Refusal('owner_cannot');
      await tx.run(forgetGone, { space, user });
      await tx.run(noteGone, { space, user });
      await tx.run(deleteMember, { space, user });
    },
    async isHidden(reader, space, stream, user) {
      if (!(await isMember(reader, space, user))) return true;
      return stream !== '_' && (await reader.get(findChannelRow, { space, channel: stream })) === undefined;
    },
  };
}
