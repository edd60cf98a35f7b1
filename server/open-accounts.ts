import { createAuthenticator } from './accounts/authenticate.ts';
import type { AccountParts } from './accounts/parts.ts';
import { createPasswords } from './base/passwords.ts';
import { createRateLimiter, unlimited } from './base/rate-limit.ts';
import { namedLimits } from './http/limits.ts';
import type { OpenLog } from './open-log.ts';
import type { OpenNetwork } from './open-network.ts';
import { acquaintedWith, forgetPeople } from './relationships/forget-people.ts';
import { isFriend } from './relationships/relationship-store.ts';
import { spacesInvitedTo } from './spaces/direct-spaces.ts';
import { renameMember } from './spaces/member-store.ts';
import { sharesSpace } from './spaces/sharing-spaces.ts';
import { audienceOf, unlistedIn } from './spaces/unlisted.ts';
import { isSpaceInvite, leaveAllSpaces, ownsSpaces, spaceIdsOf } from './spaces/spaces-of-user.ts';
import type { Reader } from './storage/database.ts';
import type { Shown } from './streams/binding.ts';

/** Accounts, with what they have to know of spaces and of other homeservers. */
export function openAccounts(
  { config, log, clock, database, committer, signals, secrets }: OpenLog,
  { deeds, elsewhere }: Pick<OpenNetwork, 'deeds' | 'elsewhere'>,
  version: string,
): AccountParts {
  const { commit } = committer;
  const people = elsewhere?.people;
  return {
    db: database,
    commit,
    signals,
    clock,
    log,
    secrets,
    passwords: createPasswords(),
    limiter: config.rate_limits === 'on' ? createRateLimiter(namedLimits, clock) : unlimited,
    config,
    authenticator: createAuthenticator({ db: database, commit, signals, clock, log }),
    spaces: {
      audiencesOf: audiencesNaming,
      ownsSpaces,
      isAcquainted: async (reader, user, other) =>
        (await sharesSpace(reader, user, other)) || (await isFriend(reader, user, other)),
      refreshProfile: async (user, home) => people?.refresh(user, home),
      async profileChanged(tx, user) {
        await people?.tellProfile(tx, user);
        return acquaintedWith(tx, user);
      },
      async forgetPeople(tx, user) {
        await people?.tellDeleted(tx, user);
        return forgetPeople(tx, user);
      },
      renamed: renameMember,
      leaveAllSpaces: (tx, user) => leaveAllSpaces(deeds, tx, user),
      isSpaceInvite: (reader, code) => isSpaceInvite(reader, code, clock.now()),
    },
    version,
  };
}

async function audiencesNaming(reader: Reader, user: string): Promise<Shown['audience'][]> {
  const spaces = [...(await spaceIdsOf(reader, user)), ...(await spacesInvitedTo(reader, user))];
  const unlisted = await unlistedIn(reader, user);
  return spaces.map((space) => audienceOf(space, user, unlisted.has(space)));
}
