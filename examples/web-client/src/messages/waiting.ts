import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { PendingIntent } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { hubOf } from '../members/handle.ts';
import { onEvent, onOpened } from '../session/live.ts';
import { findSpace } from '../spaces/world.ts';
import { toastProblem } from '../ui/toast.tsx';

/** What waits at the own homeserver for the hubs of other communities, by intent. */
const waiting = new Map<string, PendingIntent>();

const deeds: Record<string, string> = {
  'message.update': 'Your edit',
  'message.delete': 'Your deletion',
  'reaction.add': 'Your reaction',
  'reaction.remove': 'Taking back your reaction',
  'pin.add': 'Your pin',
  'pin.remove': 'Taking a pin away',
};

/** Messages that wait for the hub, in one channel. */
export function waitingIn(channel: string): PendingIntent[] {
  return [...waiting.values()].filter((one) => one.channel === channel && one.type === 'message.create');
}

/** What a refusal says, by its code. */
export function sayRefusal(code: string): string {
  return Object.hasOwn(refusals, code) ? refusals[code as RefusalCode].message : 'something went wrong.';
}

onOpened((state) => {
  waiting.clear();
  for (const one of state.pending ?? []) waiting.set(one.intent, one);
});
onEvent('intent.pending', (one) => waiting.set(one.intent, one));
onEvent('intent.settled', ({ intent, ok, code }) => {
  const settled = waiting.get(intent);
  waiting.delete(intent);
  // A message that was refused says so where it stands.
  if (ok || !settled || settled.type === 'message.create') return;
  const hub = hubOf(findSpace(settled.space)) ?? 'The homeserver';
  toastProblem(`${deeds[settled.type] ?? 'Something'} was not taken by ${hub}: ${sayRefusal(code ?? 'internal')}`);
});
