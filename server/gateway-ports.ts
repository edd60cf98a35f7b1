import { accountOf, findUser } from './accounts/account-store.ts';
import type { AccountParts } from './accounts/parts.ts';
import { Refusal } from './base/errors.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Follower } from './federation/follower/follower.ts';
import type { GatewayPorts } from './gateway/ports.ts';
import { isBlocked } from './relationships/blocks.ts';
import { relationshipsOf } from './relationships/relationship-store.ts';
import { requestsOf } from './relationships/request-store.ts';
import { openingChannel, openingSpace } from './spaces/opening-space.ts';
import { memberRoles, spaceAccess } from './spaces/space-access.ts';
import { spaceIdsOf } from './spaces/spaces-of-user.ts';
import { lastPosition } from './streams/lines-store.ts';
import type { Reader } from './storage/database.ts';
import type { Outbox } from './streams/outbox.ts';
import type { Voice } from './voice/voice.ts';

/** What the gateway asks of the slices. */
export function gatewayPorts(
  { authenticator, clock, config, secrets }: AccountParts,
  outbox: Pick<Outbox, 'pendingOf'>,
  voice: Pick<Voice, 'statesOf' | 'callOf'>,
  follower: Pick<Follower, 'stateOf'> | undefined,
): GatewayPorts {
  /** Who is in voice, and which hub cannot be reached, is not in the database. */
  const asItIsNow = async (reader: Reader, user: string, space: Space): Promise<Space> => {
    const call = voice.callOf(space.id);
    const rings = call && !(await isBlocked(reader, user, call.by.id));
    const visible = new Set(space.channels.map(({ id }) => id));
    const inside = voice.statesOf(space.id, (channel) => visible.has(channel));
    const isAway = follower?.stateOf(space.id) === 'away';
    return {
      ...space,
      ...(inside.length > 0 ? { voice: inside } : {}),
      ...(rings ? { call } : {}),
      ...(isAway ? { hub_state: 'away' } : {}),
    };
  };
  return {
    authenticate: (token) => authenticator.authenticate(token),
    head: async (reader) => (await reader.get(lastPosition, {}))?.pos ?? 0,
    async openingState(reader, user) {
      const row = await reader.get(findUser, { id: user });
      if (!row) throw new Refusal('session_ended');
      const spaces = [];
      for (const id of await spaceIdsOf(reader, user)) {
        const space = await openingSpace(reader, user, id, clock.now());
        if (space) spaces.push(await asItIsNow(reader, user, space));
      }
      return {
        account: accountOf(row, config.server_name, secrets),
        spaces,
        pending: await outbox.pendingOf(reader, user),
        relationships: await relationshipsOf(reader, user),
        requests: await requestsOf(reader, user),
      };
    },
    async openingSpace(reader, user, id) {
      const space = await openingSpace(reader, user, id, clock.now());
      return space && asItIsNow(reader, user, space);
    },
    spaceAccess,
    memberRoles,
    async channelView(reader, user, space, id) {
      const opened = await openingChannel(reader, user, space, id);
      if (!opened) return undefined;
      const { view, ...channel } = opened;
      const inside = voice.statesOf(space, (one) => one === id);
      return { channel, view, ...(inside.length > 0 ? { voice: inside } : {}) };
    },
  };
}
