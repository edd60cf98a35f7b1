import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { hubOf } from '../members/handle.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { directs, isDirect } from '../spaces/direct.ts';
import { findSpace, tellWorld } from '../spaces/world.ts';
import { remembered } from '../ui/remember.ts';

/** When something was last written in a direct message or group: positions of different spaces have no common order. */
const [active, setActive] = remembered<Record<string, number>>('active', {});
const asked = new Set<string>();
const mostAsked = 30;
const lookAgainMs = [0, 1_000, 3_000, 10_000];

export function noteActive(space: string, ts: number): void {
  if ((active()[space] ?? 0) < ts) setActive({ ...active(), [space]: ts });
}

onEvent('message.created', ({ message }) => {
  if (isDirect(findSpace(message.space))) noteActive(message.space, message.ts);
});

// What was written before one came in from another homeserver arrives as the past, of which no event tells.
onEvent('space.joined', ({ space }) => void lookAgain(space));

async function lookAgain(space: Space): Promise<void> {
  if (!isDirect(space) || !hubOf(space)) return;
  for (const wait of lookAgainMs) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const now = findSpace(space.id);
    if (!now || now.channels[0]?.view.last) return;
    await ask(now);
  }
}

/** Direct messages and groups, the one where something was written last first. */
export function directsByActivity(): Space[] {
  return directs().sort((a, b) => activeAt(b) - activeAt(a));
}

function activeAt(space: Space): number {
  return active()[space.id] ?? space.me.joined;
}

/** Finds out once, on a device that was not there, when something was last written. */
export async function askActivity(): Promise<void> {
  for (const space of directs()) {
    if (active()[space.id] || asked.has(space.id) || asked.size >= mostAsked || !space.channels[0]?.view.last) continue;
    await ask(space);
  }
}

async function ask(space: Space): Promise<void> {
  const [channel] = space.channels;
  if (!channel) return;
  asked.add(space.id);
  const params = { space: space.id, channel: channel.id };
  const page = await call(listMessages, { params, query: { limit: 1 } }).catch(() => undefined);
  const [newest] = page?.messages ?? [];
  if (!newest) return;
  noteActive(space.id, newest.ts);
  if (channel.view.last) return;
  const fresh = await call(getSpace, { params: { space: space.id } }).catch(() => undefined);
  if (fresh) tellWorld((state) => applyEvent(state, { t: 'space.joined', d: { space: fresh } }));
}
