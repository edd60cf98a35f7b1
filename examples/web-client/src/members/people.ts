import { getMember, listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createStore, produce, reconcile } from 'solid-js/store';
import { isRefusal } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import { onEvent, onOpened } from '../session/live.ts';
import { findSpace, myId } from '../spaces/world.ts';

/** Members that were seen so far, by space and user; `null` is somebody who is not a member. */
const [known, setKnown] = createStore<Record<string, Record<string, Member | null>>>({});
const asked = new Set<string>();
const queue: { space: string; user: string }[] = [];
let running = 0;

const atOnce = 3;

/** Takes over members that an answer or event told of. */
export function tellMembers(space: string, members: readonly Member[]): void {
  setKnown(
    produce((all) => {
      const mine = (all[space] ??= {});
      for (const member of members) mine[member.user.id] = member;
    }),
  );
}

/** A member as far as known; asks for it once where it is not. `null`: not a member any more. */
export function memberOf(space: string, user: string): Member | null | undefined {
  const place = findSpace(space);
  if (user === myId()) return place?.me;
  if (place?.people) return peopleIn(place).find((member) => member.user.id === user) ?? null;
  const found = known[space]?.[user];
  if (found === undefined) ask(space, user);
  return found;
}

/** Members of a space that were seen so far. */
export function knownMembers(space: string): Member[] {
  const place = findSpace(space);
  if (place?.people) return peopleIn(place);
  return Object.values(known[space] ?? {}).filter((member) => member !== null);
}

/** People of a direct message or group in the form of members: they have no nick names and no roles. */
function peopleIn(space: Space): Member[] {
  return (space.people ?? [])
    .filter((person) => person.member)
    .map(({ user }) => ({ user, nick: null, roles: [], joined: 0, timeout: null }));
}

export function myMember(space: Space): Member {
  return space.me;
}

/** How somebody is called in a space: nick name, display name of now, or that of the message. */
export function nameIn(space: string, user: UserSummary): string {
  if (user.handle === null) return user.display_name || 'Deleted account';
  const member = memberOf(space, user.id);
  return member?.nick ?? member?.user.display_name ?? user.display_name;
}

/** The same of a member. */
export function nameOfMember(member: Member): string {
  return member.nick ?? member.user.display_name;
}

/** Members whose name starts with a text, of all members of the space. */
export async function searchMembers(
  space: string,
  query: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Member[]> {
  if (findSpace(space)?.people) return knownMembers(space);
  const { members } = await call(listMembers, {
    params: { space },
    query: { limit, ...(query ? { query } : {}) },
    ...(signal ? { signal } : {}),
  });
  tellMembers(space, members);
  return members;
}

function ask(space: string, user: string): void {
  const key = `${space}/${user}`;
  if (asked.has(key)) return;
  asked.add(key);
  queue.push({ space, user });
  // Out of the computation that wanted to know.
  queueMicrotask(work);
}

function work(): void {
  const next = running < atOnce ? queue.shift() : undefined;
  if (!next) return;
  running++;
  const { space, user } = next;
  call(getMember, { params: { space, user } })
    .then(
      (member) => tellMembers(space, [member]),
      (error: unknown) => {
        // Whoever joined meanwhile was told of, and this answer is older.
        if (isRefusal(error, 'not_found')) setKnown(space, (mine) => ({ [user]: null, ...mine }));
        else asked.delete(`${space}/${user}`);
      },
    )
    .finally(() => {
      running--;
      work();
    });
  work();
}

onOpened(() => {
  asked.clear();
  setKnown(reconcile({}));
});
onEvent('member.joined', ({ space, member }) => tellMembers(space, [member]));
onEvent('member.updated', ({ space, member }) => tellMembers(space, [member]));
onEvent('member.left', ({ space, user }) => setKnown(space, (mine) => ({ ...mine, [user]: null })));
onEvent('role.deleted', ({ space, role }) =>
  setKnown(
    produce((all) => {
      for (const member of Object.values(all[space] ?? {}))
        if (member) member.roles = member.roles.filter((one) => one !== role);
    }),
  ),
);
onEvent('user.updated', ({ user }) =>
  setKnown(
    produce((all) => {
      for (const members of Object.values(all)) if (members[user.id]) members[user.id]!.user = user;
    }),
  ),
);
