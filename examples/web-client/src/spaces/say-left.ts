import { createEffect } from 'solid-js';
import { go, place } from '../app/router.ts';
import { onEvent } from '../session/live.ts';
import { toastProblem } from '../ui/toast.tsx';
import { nameOfSpace } from './direct.ts';
import { isOwner } from './rights.ts';
import { world } from './world.ts';

const words = {
  kicked: 'You were removed from',
  banned: 'You were banned from',
  server_blocked: 'Your homeserver was blocked, and you are out of',
  deleted: 'The owner deleted',
} as const;

/** Says why a community is gone that one did not leave. To be called once, inside the page. */
export function sayLeft(): void {
  // The event comes when the community is forgotten already.
  const names = new Map<string, string>();
  const own = new Set<string>();
  createEffect(() => {
    for (const space of world.spaces) {
      names.set(space.id, nameOfSpace(space));
      if (isOwner(space)) own.add(space.id);
      else own.delete(space.id);
    }
  });
  onEvent('space.left', ({ space, reason }) => {
    const here = place();
    if (here.at === 'space' && here.space === space) go('/', { replace: true });
    // Who deletes a community is told where it was done.
    if (reason === 'left' || (reason === 'deleted' && own.has(space))) return;
    toastProblem(`${words[reason]} ${names.get(space) ?? 'a community'}.`);
  });
}
