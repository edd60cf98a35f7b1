import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { directs, isDirect } from '../spaces/direct.ts';
import { findSpace } from '../spaces/world.ts';
import { remembered } from '../ui/remember.ts';

/** When something was last written in a direct message or group: positions of different spaces have no common order. */
const [active, setActive] = remembered<Record<string, number>>('active', {});
const asked = new Set<string>();
const mostAsked = 30;

export function noteActive(space: string, ts: number): void {
  if ((active()[space] ?? 0) < ts) setActive({ ...active(), [space]: ts });
}

onEvent('message.created', ({ message }) => {
  if (isDirect(findSpace(message.space))) noteActive(message.space, message.ts);
});

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
    const [channel] = space.channels;
    if (active()[space.id] || asked.has(space.id) || asked.size >= mostAsked || !channel?.view.last) continue;
    asked.add(space.id);
    const params = { space: space.id, channel: channel.id };
    const page = await call(listMessages, { params, query: { limit: 1 } }).catch(() => undefined);
    const [newest] = page?.messages ?? [];
    if (newest) noteActive(space.id, newest.ts);
  }
}
