import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { tellWorld } from './world.ts';

/** Shows a space that was just created or joined, whichever of answer and event comes first. */
export function takeSpace(space: Space): void {
  tellWorld((state) =>
    state.spaces.some((known) => known.id === space.id)
      ? state
      : applyEvent(state, { t: 'space.joined', d: { space } }),
  );
}
