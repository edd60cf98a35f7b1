import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { CallEnd } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { onEvent } from '../session/live.ts';
import { nameOfSpace } from '../spaces/direct.ts';
import { findSpace } from '../spaces/world.ts';
import { toastWord } from '../ui/toast.tsx';

/** Where this device went in and did not leave. */
let waiting: string | undefined;

export function awaitAnswer(space: string | undefined): void {
  waiting = space;
}

onEvent('call.ended', ({ space: id, reason }) => {
  if (id !== waiting) return;
  waiting = undefined;
  const space = findSpace(id);
  const words = space && sayEnd(space, reason);
  if (words) toastWord(words);
});

function sayEnd(space: Space, reason: CallEnd): string | undefined {
  const who = space.kind === 'dm' ? nameOfSpace(space) : undefined;
  switch (reason) {
    case 'declined':
      return who === undefined ? 'Nobody took the call.' : `${who} declined the call.`;
    case 'busy':
      return who === undefined ? 'Everybody is busy in another call.' : `${who} is busy in another call.`;
    case 'missed':
      return who === undefined ? 'Nobody answered.' : `${who} did not answer.`;
    default:
      return undefined;
  }
}
