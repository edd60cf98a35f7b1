import type { Space, SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { world } from '../spaces/world.ts';

/** What stands after the @: the handle, with the homeserver where that is another one. */
export function handleOf(user: Pick<UserSummary, 'handle' | 'home'>): string {
  return user.home ? `${user.handle}@${user.home}` : (user.handle ?? '');
}

/** Homeserver of a community of another one. */
export function hubOf(space: Pick<SpaceProfile, 'hub'> | Space | undefined): string | undefined {
  return space && world.account && space.hub !== world.account.home ? space.hub : undefined;
}
