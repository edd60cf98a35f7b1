import { openRequests } from '../people/relationships.ts';
import { spaceMarks } from '../spaces/marks.ts';
import { world } from '../spaces/world.ts';
import { IconButton } from '../ui/button.tsx';
import { places, setPlaces } from './drawers.ts';

/** Opens the list of communities and channels where there is no room for it beside the page; a dot says that somebody waits there. */
export function PlacesButton(props: { label?: string }) {
  const label = () => props.label ?? 'Communities and channels';
  const waits = () =>
    openRequests().friends + openRequests().messages > 0 ||
    world.spaces.some((space) => spaceMarks(space).mentions > 0);
  return (
    <IconButton
      icon="menu"
      label={waits() ? `${label()}, something waits for you` : label()}
      class={`only-narrow ${waits() ? 'waiting' : ''}`}
      aria-expanded={places()}
      aria-controls="places"
      onClick={() => setPlaces(true)}
    />
  );
}
