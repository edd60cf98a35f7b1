import { createSignal } from 'solid-js';
import { isTight, openSearch, searchShown, setSearchShown } from '../app/drawers.ts';
import { place } from '../app/router.ts';

/** Where the search was opened: what “here” means in it. */
export interface SearchPlace {
  space?: string;
  channel?: string;
}

const [searchPlace, setSearchPlace] = createSignal<SearchPlace>({});
const [asked, setAsked] = createSignal(0);
/** Somebody looks at a result, and may come back to the others. */
let away = false;
let before: HTMLElement | null = null;

/** `searchAsked` grows whenever somebody wants to type a search. */
export { asked as searchAsked, searchPlace };

/** Opens the search for where one is, or goes to its field. */
export function showSearch(): void {
  const here = place();
  if (!searchShown()) before = document.activeElement as HTMLElement | null;
  if (!away)
    setSearchPlace(
      here.at === 'space' ? { space: here.space, ...(here.channel ? { channel: here.channel } : {}) } : {},
    );
  away = false;
  openSearch();
  setAsked(asked() + 1);
}

export function isSearchField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.closest('.search-field') !== null;
}

/** What “here” means goes along with the person, while nothing else is searched by it. */
export function followPlace(searched: 'channel' | 'space' | 'all'): void {
  const here = place();
  if (here.at !== 'space' || !here.channel) return;
  const isSame = searched === 'space' && here.space === searchPlace().space;
  if (searched === 'all' || isSame) setSearchPlace({ space: here.space, channel: here.channel });
}

export function closeSearch(): void {
  away = false;
  setSearchShown(false);
  // Where the channel changed meanwhile, its composer is what one had before.
  queueMicrotask(() =>
    (before?.isConnected ? before : document.querySelector<HTMLElement>('.composer textarea'))?.focus(),
  );
}

/** Makes room for the message that one goes to, where there is none beside it. */
export function leaveForMessage(): void {
  if (!isTight()) return;
  away = true;
  setSearchShown(false);
}
