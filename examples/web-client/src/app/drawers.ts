import { createSignal } from 'solid-js';
import { remembered } from '../ui/remember.ts';

const narrow = matchMedia('(max-width: 760px)');
const tight = matchMedia('(max-width: 1100px)');
const [isNarrow, setNarrow] = createSignal(narrow.matches);
const [isTight, setTight] = createSignal(tight.matches);
narrow.addEventListener('change', () => setNarrow(narrow.matches));
tight.addEventListener('change', () => setTight(tight.matches));

/** On narrow pages the communities and channels are a drawer, on tight ones the members are. */
export { isNarrow, isTight };

const [places, setPlaces] = createSignal(false);
const [membersDrawer, setMembersDrawer] = createSignal(false);
const [membersColumn, setMembersColumn] = remembered('members', true);
const [searchShown, setSearchShown] = createSignal(false);

/** Whether the drawer with communities and channels is open. */
export { places, setPlaces };

/** Whether the search is shown; it takes the place of the members. */
export { searchShown, setSearchShown };

/** Whether the members are shown, beside the messages or above them. */
export function membersShown(): boolean {
  return isTight() ? membersDrawer() : membersColumn() && !searchShown();
}

export function toggleMembers(): void {
  const show = !membersShown();
  if (isTight()) setMembersDrawer(show);
  else setMembersColumn(show);
  if (show) setSearchShown(false);
}

/** Opens the search, which takes the place of all others. */
export function openSearch(): void {
  setPlaces(false);
  setMembersDrawer(false);
  setSearchShown(true);
}

/** Closes what lies above the page where there is no room beside it. */
export function closeDrawers(): void {
  setPlaces(false);
  setMembersDrawer(false);
  if (isTight()) setSearchShown(false);
}
