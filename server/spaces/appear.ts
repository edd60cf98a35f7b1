import type { Committer } from '../streams/committer.ts';
import { deedIn } from '../streams/deeds.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import type { UnlistedMembers } from './unlisted-members.ts';

export interface AppearParts {
  committer: Pick<Committer, 'commit'>;
  spaceLog: Pick<SpaceLog, 'appear'>;
  unlisted: UnlistedMembers;
}

/** Notes that somebody is about to be seen in a channel by something that is in no log, such as their voice. [UNL-3] */
export function appearing({ committer, spaceLog, unlisted }: AppearParts) {
  return async ({ space, channel }: { space: string; channel: string }, user: string): Promise<void> => {
    if (!unlisted.maybe(space, user)) return;
    await committer.commit((tx) => spaceLog.appear(tx, deedIn(space, channel, user, 'voice.join', {})));
  };
}
