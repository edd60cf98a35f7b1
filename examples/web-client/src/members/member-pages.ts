import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Role } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { call } from '../session/api.ts';
import { onEvent, onOpened } from '../session/live.ts';
import { rankedRoles } from '../spaces/rights.ts';
import { findSpace } from '../spaces/world.ts';
import { toastError } from '../ui/toast.tsx';
import { tellMembers, nameOfMember } from './people.ts';
import { askPresences } from './presence.ts';

export interface MemberPages {
  members: () => readonly Member[];
  more: () => boolean;
  loading: () => boolean;
  loadMore: () => Promise<void>;
}

/** Members of a space in the order of the list, page by page as one scrolls, kept up to date. */
export function createMemberPages(
  space: () => string,
  filter: () => { query?: string; role?: string } = () => ({}),
): MemberPages {
  const [members, setMembers] = createSignal<readonly Member[]>([]);
  const [next, setNext] = createSignal<string | null>('');
  const [loading, setLoading] = createSignal(false);
  let turn = 0;

  const load = async (from: string | null): Promise<void> => {
    const mine = ++turn;
    setLoading(true);
    const tellPresences = askPresences();
    try {
      const { query, role } = filter();
      const page = await call(listMembers, {
        params: { space: space() },
        query: { limit: 100, ...(from ? { after: from } : {}), ...(query ? { query } : {}), ...(role ? { role } : {}) },
      });
      if (mine !== turn) return;
      tellMembers(space(), page.members);
      tellPresences(page.presences);
      setMembers(from ? [...members(), ...page.members] : page.members);
      setNext(page.next);
    } catch (error) {
      if (mine === turn) toastError(error);
    } finally {
      if (mine === turn) setLoading(false);
    }
  };
  const put = (id: string, member: Member) => {
    if (id !== space() || filter().query || filter().role) return;
    const others = members().filter((one) => one.user.id !== member.user.id);
    const place = findSpace(id);
    if (!place) return;
    const ranked = rankedRoles(place);
    const at = others.findIndex((one) => inOrder(ranked, member, one) < 0);
    // Behind the last page that was loaded it would stand at a wrong place; it comes with its page.
    if (at < 0 && next() !== null) setMembers(others);
    else setMembers([...others.slice(0, at < 0 ? others.length : at), member, ...(at < 0 ? [] : others.slice(at))]);
  };

  createEffect(
    on([space, () => JSON.stringify(filter())], () => {
      setMembers([]);
      setNext('');
      void load(null);
    }),
  );
  const ends = [
    onEvent('member.joined', ({ space: id, member }) => put(id, member)),
    onEvent('member.updated', ({ space: id, member }) => put(id, member)),
    onEvent(
      'member.left',
      ({ space: id, user }) => id === space() && setMembers(members().filter((one) => one.user.id !== user)),
    ),
    onEvent(
      'member.unlisted',
      ({ space: id, user }) => id === space() && setMembers(members().filter((one) => one.user.id !== user)),
    ),
    onEvent('user.updated', ({ user }) =>
      setMembers(members().map((one) => (one.user.id === user.id ? { ...one, user } : one))),
    ),
    onEvent('role.updated', ({ space: id }) => id === space() && void load(null)),
    onEvent('role.deleted', ({ space: id }) => id === space() && void load(null)),
  ];
  ends.push(onOpened(() => void load(null)));
  onCleanup(() => {
    for (const end of ends) end();
  });
  return {
    members,
    more: () => next() !== null,
    loading,
    loadMore: async () => {
      if (!loading() && next()) await load(next());
    },
  };
}

/** Role under which the list shows a member: the highest one that is hoisted. */
export function hoistedRoleOf(ranked: readonly Role[], member: Pick<Member, 'roles'>): Role | undefined {
  return ranked.find((role) => role.hoist && member.roles.includes(role.id));
}

function inOrder(ranked: readonly Role[], a: Member, b: Member): number {
  const rank = (member: Member) => hoistedRoleOf(ranked, member)?.rank ?? -1;
  return rank(b) - rank(a) || nameOfMember(a).toLowerCase().localeCompare(nameOfMember(b).toLowerCase());
}
