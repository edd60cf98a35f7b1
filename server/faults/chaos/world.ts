import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { newChannel } from '../../testing/community.ts';
import { type Person, person } from '../../testing/people.ts';
import type { NetworkHomeserver, SpawnedNetwork } from '../../testing/spawned-network.ts';

/** Somebody who writes, whatever happens. */
export interface Actor {
  at: NetworkHomeserver;
  person: Person;
}

/** A channel, and who may see it. */
export interface Place {
  /** Who decides there. */
  hub: NetworkHomeserver;
  space: string;
  channel: string;
  seenBy: Actor[];
}

export interface World {
  homeservers: NetworkHomeserver[];
  actors: Actor[];
  places: Place[];
}

const labels = ['a', 'b', 'c'];
const PEOPLE = 2;

/** Three homeservers with two people each; `a` and `b` have a community in which everybody is, each with a channel for its own people only. */
export async function buildWorld(network: SpawnedNetwork): Promise<World> {
  const homeservers: NetworkHomeserver[] = [];
  for (const label of labels) homeservers.push(await network.homeserver(label));
  const actors: Actor[] = [];
  for (const at of homeservers) {
    for (let n = 1; n <= PEOPLE; n++)
      actors.push({ at, person: await person(at.direct, `${at.name.slice(0, 1)}_writer_${n}`) });
  }
  const places: Place[] = [];
  for (const hub of homeservers.slice(0, 2)) places.push(...(await foundCommunity(hub, actors)));
  return { homeservers, actors, places };
}

async function foundCommunity(hub: NetworkHomeserver, actors: readonly Actor[]): Promise<Place[]> {
  const owner = actors.find(({ at }) => at === hub)?.person as Person;
  const space = await owner.founds(`Community of ${hub.name}`);
  const talk = await newChannel(owner, space, 'talk');
  const closed = await newChannel(owner, space, 'closed', { private: true });
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: { max_uses: null } });
  for (const { at, person: guest } of actors) {
    if (guest === owner) continue;
    await guest.client.call(joinByInvite, { params: { code }, body: at === hub ? {} : { via: hub.name } });
  }
  await everybodySees(space, talk.id, actors);
  return [
    { hub, space: space.id, channel: talk.id, seenBy: [...actors] },
    { hub, space: space.id, channel: closed.id, seenBy: actors.filter(({ person: one }) => one === owner) },
  ];
}

async function everybodySees(space: Space, channel: string, actors: readonly Actor[]): Promise<void> {
  for (const { person: one } of actors) {
    const opened = await one.client.call(getSpace, { params: { space: space.id } });
    if (!opened.channels.some(({ id }) => id === channel))
      throw new Error(`${one.account.handle} does not see the channel of ${space.name}`);
  }
}
