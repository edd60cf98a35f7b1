import { lookUpUser } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createSignal } from 'solid-js';
import { isRefusal } from '../app/say-error.ts';
import { handleOf } from '../members/handle.ts';
import { knownMembers, searchMembers } from '../members/people.ts';
import { peopleWho } from '../people/relationships.ts';
import { call } from '../session/api.ts';
import { onOpened } from '../session/live.ts';
import { textChannels } from '../spaces/channel-tree.ts';
import { communities } from '../spaces/direct.ts';
import { findSpace, myId, world } from '../spaces/world.ts';
import type { NamedChannel, NamedPerson } from './search-query.ts';

export interface KnownPerson extends NamedPerson {
  user: Omit<UserSummary, 'handle'> & { handle: string };
  name: string;
}

/** People whose handle somebody typed and who are in none of the own spaces. */
const [others, setOthers] = createSignal<readonly UserSummary[]>([]);
onOpened(() => setOthers([]));

/** People who can be named in a search: oneself, those of the space or of all spaces, friends. */
export function knownPeople(space: string | undefined): KnownPerson[] {
  const byId = new Map<string, KnownPerson>();
  const add = (user: UserSummary, nick?: string | null) => {
    if (user.handle === null) return;
    const names = [user.display_name, ...(nick ? [nick] : [])].map((name) => name.toLowerCase());
    const old = byId.get(user.id);
    if (old) byId.set(user.id, { ...old, names: [...old.names, ...names] });
    else {
      const handles = [handleOf(user), user.home ? user.handle : `${user.handle}@${world.account?.home ?? ''}`];
      const named = { ...user, handle: user.handle };
      byId.set(user.id, {
        id: user.id,
        user: named,
        name: nick ?? user.display_name,
        handles,
        names,
        isMe: user.id === myId(),
      });
    }
  };
  const spaces = space ? [findSpace(space)].filter((one) => one !== undefined) : world.spaces;
  for (const one of spaces) {
    add(one.me.user, one.me.nick);
    for (const { user } of one.people ?? []) add(user);
    for (const { user, nick } of knownMembers(one.id)) add(user, nick);
  }
  if (!space) for (const { user } of peopleWho('friend')) add(user);
  for (const user of others()) add(user);
  return [...byId.values()];
}

/** Text channels of the communities. */
export function knownChannels(): NamedChannel[] {
  return communities().flatMap((space) =>
    textChannels(space).map(({ id, name }) => ({ space: space.id, channel: id, name, spaceName: space.name })),
  );
}

const handle = /^[a-z0-9_.]{2,32}(@[a-z0-9.:-]{3,253})?$/;

/** Asks the homeserver who somebody unknown is; whoever it names is among the known people then. */
export async function askForPerson(name: string, space: string | undefined, signal: AbortSignal): Promise<void> {
  const members = space ? await searchMembers(space, name.slice(0, 64), 10, signal) : [];
  const isThere = members.some(({ user }) => user.handle === name || handleOf(user) === name);
  if (isThere || !handle.test(name)) return;
  try {
    const user = await call(lookUpUser, { body: { handle: name }, signal });
    setOthers([...others().filter(({ id }) => id !== user.id), homeless(user)]);
  } catch (error) {
    if (!isRefusal(error, 'not_found') && !isRefusal(error, 'unavailable')) throw error;
  }
}

/** Members of this homeserver are named without it. */
function homeless({ home, ...user }: UserSummary): UserSummary {
  return home && home !== world.account?.home ? { ...user, home } : user;
}
