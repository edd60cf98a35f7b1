import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Account, MessageRequest, Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { batch } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { onAnyEvent, onOpened } from '../session/live.ts';

interface World {
  account: Account | undefined;
  spaces: Space[];
  relationships: Relationship[];
  requests: MessageRequest[];
}

const nothing = (): World => ({ account: undefined, spaces: [], relationships: [], requests: [] });
const [world, setWorld] = createStore<World>(nothing());
let state: OpeningState | undefined;

/** What the opening state and the events since then say. */
export { world };

onOpened((opening) => take(opening));
onAnyEvent((event) => state && take(applyEvent(state, event)));

/**
 * Takes over what changed. The reducer shares what did not change with the state before, so whole communities are skipped
 * by identity and only the rest is compared.
 */
function take(next: OpeningState): void {
  const before = state;
  state = next;
  if (next === before) return;
  batch(() => {
    if (next.account !== before?.account) setWorld('account', reconcile(next.account));
    if (next.relationships !== before?.relationships) setWorld('relationships', reconcile(next.relationships ?? []));
    if (next.requests !== before?.requests) setWorld('requests', reconcile(next.requests ?? []));
    if (next.spaces === before?.spaces) return;
    const sameOrder =
      next.spaces.length === world.spaces.length && next.spaces.every((space, at) => space.id === world.spaces[at]?.id);
    if (!sameOrder) return setWorld('spaces', reconcile(next.spaces, { key: 'id' }));
    next.spaces.forEach((space, at) => {
      if (space !== before?.spaces[at]) setWorld('spaces', at, reconcile(space, { key: 'id' }));
    });
  });
}

/** Takes over what the answer of an own request says, before its event arrives. */
export function tellWorld(change: (state: OpeningState) => OpeningState): void {
  if (state) take(change(state));
}

/** Forgets everything, at log-out. */
export function forgetWorld(): void {
  state = undefined;
  setWorld(nothing());
}

/** A joined space. */
export function findSpace(id: string | undefined): Space | undefined {
  return world.spaces.find((space) => space.id === id);
}

/** A visible channel of a joined space. */
export function findChannel(space: string | undefined, channel: string | undefined): ChannelView | undefined {
  return findSpace(space)?.channels.find((candidate) => candidate.id === channel);
}

/** The own id; empty before the opening state came. */
export function myId(): string {
  return world.account?.id ?? '';
}
