import type { Presence, Status } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { createStore, reconcile } from 'solid-js/store';
import { onEvent, onOpened, watch } from '../session/live.ts';
import { myId, world } from '../spaces/world.ts';

const [presences, setPresences] = createStore<Record<string, Presence>>({});
const inView = new Map<string, readonly string[]>();

onOpened(() => setPresences(reconcile({})));
onEvent('presence.updated', ({ presence }) => setPresences(presence.user, presence));

/** Takes over what an answer said. */
export function tellPresences(list: readonly Presence[]): void {
  for (const presence of list) setPresences(presence.user, presence);
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
