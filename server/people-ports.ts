import { Refusal } from './base/errors.ts';
import type { Follower } from './federation/follower/follower.ts';
import { strangersTo } from './relationships/blocks.ts';
import { acceptOfFriend } from './relationships/answer-request.ts';
import type { DirectInvite, PeopleElsewhere, PeopleParts } from './relationships/parts.ts';
import { friendsOf } from './relationships/relationship-store.ts';
import type { RequestRow } from './relationships/request-store.ts';
import { directSpaces, type DirectSpacesParts } from './spaces/direct-spaces.ts';
import { sharingSpace } from './spaces/sharing-spaces.ts';
import type { Reader } from './storage/database.ts';
import type { Committer } from './streams/committer.ts';

export type PeoplePortsParts = Omit<PeopleParts, 'spaces' | 'elsewhere' | 'acceptSoon'> &
  DirectSpacesParts & {
    elsewhere: PeopleElsewhere | undefined;
    committer: Pick<Committer, 'onCommit'>;

    joinElsewhere: Pick<Follower, 'join'> | undefined;
  };

/** What relationships need of spaces and of other homeservers. */
export function peopleParts(parts: PeoplePortsParts): PeopleParts {
  const { elsewhere = nobodyElse, joinElsewhere } = parts;
  const joinAtHub = async (user: string, { space, kind, hub, code }: DirectInvite) => {
    if (!joinElsewhere) throw new Refusal('hub_away');
    // Whoever delivered it may have named any invite, and nobody is to be put into a community like that.
    await joinElsewhere.join(user, code, hub, {}, { id: space, kind });
  };
  const accepting: RequestRow[] = [];
  const people: PeopleParts = {
    ...parts,
    elsewhere,
    spaces: { ...directSpaces(parts), joinAtHub },
    acceptSoon: (row) => void accepting.push(row),
  };
  // What is not committed is not there yet, and what was undone is not found.
  parts.committer.onCommit(() => {
    for (const row of accepting.splice(0))
      acceptOfFriend(people, row).catch((error: unknown) =>
        people.log.warn({ err: error, space: row.space }, 'the invite of a friend waits'),
      );
  });
  return people;
}

/** A homeserver that talks with no other. */
const nobodyElse: PeopleElsewhere = {
  lookUp: async () => {
    throw new Refusal('not_found');
  },
  tell: async () => undefined,
};

/** Whose presence a user is told: friends always, of others those who share a space; nobody where there is a block between them. */
export async function inView(reader: Reader, user: string, others: readonly string[]): Promise<string[]> {
  const friends = await friendsOf(reader, user);
  const sharing = others.length === 0 ? [] : await sharingSpace(reader, user, others);
  const seen = new Set([...friends, ...sharing]);
  if (seen.size === 0) return [];
  const strangers = await strangersTo(reader, user);
  return [...seen].filter((other) => !strangers.has(other));
}
