import { IconButton } from '../ui/button.tsx';
import { places, setPlaces } from './drawers.ts';

/** Opens the list of communities and channels where there is no room for it beside the page. */
export function PlacesButton() {
  return (
    <IconButton
      icon="menu"
      label="Communities and channels"
      class="only-narrow"
      aria-expanded={places()}
      aria-controls="places"
      onClick={() => setPlaces(true)}
    />
  );
}
