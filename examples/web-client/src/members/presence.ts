import type { Presence, Status } from '@folkmoot/protocol-spec/schemas/people.ts';
import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { createStore, reconcile } from 'solid-js/store';
import { onEvent, onOpened, watch } from '../session/live.ts';
import { myId, world } from '../spaces/world.ts';

const [presences, setPresences] = createStore<Record<string, Presence>>({});
const inView = new Map<string, readonly string[]>();

/** When the gateway last told of somebody, counted in what it told. */
const toldAt = new Map<string, number>();
let told = 0;

onOpened(() => setPresences(reconcile({})));
onEvent('presence.updated', ({ presence }) => {
  toldAt.set(presence.user, ++told);
  setPresences(presence.user, presence);
});

/** Begins a question whose answer names presences; gives what takes them over, but for those that were told of meanwhile. */
export function askPresences(): (list: readonly Presence[]) => void {
  const asked = told;
  return (list) => {
    for (const presence of list) if ((toldAt.get(presence.user) ?? 0) <= asked) setPresences(presence.user, presence);
  };
}

/** Status of somebody in view; offline until something else was heard. */
export function statusOf(user: string): Status {
  const setting = world.account?.presence.status;
  if (user === myId() && setting) return setting === 'invisible' ? 'offline' : setting;
  return presences[user]?.status ?? 'offline';
}

export function statusTextOf(user: string): string {
  return (user === myId() ? world.account?.presence.text : presences[user]?.text) ?? '';
}

/** Says who is in view in one part of the page; the parts together are what the gateway is told. */
export function inViewOf(part: string, users: readonly string[]): void {
  if (users.length === 0) inView.delete(part);
  else inView.set(part, users);
  const me = myId();
  watch(
    [...inView.values()]
      .flat()
      .filter((user) => user !== me)
      .slice(0, gatewayLimits.watchedUsers),
  );
}
