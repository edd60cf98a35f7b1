import { closeSearch, isSearchField, showSearch } from '../search/show-search.ts';
import { searchShown } from './drawers.ts';
import { isNowhere } from './keep-focus.ts';
import { showSwitcher } from './show-switcher.ts';
import { showKeyHelp } from './key-help.tsx';
import { go, pathOfPlace, pathTo, place, route } from './router.ts';
import { directsByActivity } from '../people/activity.ts';
import { isDirect } from '../spaces/direct.ts';
import { textChannels } from '../spaces/channel-tree.ts';
import { findSpace } from '../spaces/world.ts';
import { leaveVoice, toggleCamera, toggleDeafen, toggleMute, toggleScreen } from '../voice/voice.ts';
import { voiceNow } from '../voice/voice-now.ts';

/** With Ctrl and Shift, as in other programs to talk. */
const voiceKeys = new Map<string, () => void>([
  ['KeyM', toggleMute],
  ['KeyD', toggleDeafen],
  ['KeyO', () => void toggleCamera()],
  ['KeyE', () => void toggleScreen()],
  ['KeyH', leaveVoice],
]);

/** Keys that work everywhere behind the log-in. */
export function globalKeys(event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    showSwitcher();
  } else if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'f') {
    // From the field of the search, from settings and from dialogs it is the browser's, which finds what is on the page.
    if (isSearchField(event.target) || isCovered()) return;
    event.preventDefault();
    showSearch();
  } else if (command && event.key === '/') {
    event.preventDefault();
    showKeyHelp();
  } else if (event.ctrlKey && event.shiftKey && !event.altKey && voiceKeys.has(event.code)) {
    event.preventDefault();
    if (voiceNow.phase !== 'out' && !event.repeat) voiceKeys.get(event.code)!();
  } else if (event.altKey && !command && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    step(event.key === 'ArrowUp' ? -1 : 1, event.shiftKey);
  } else if (
    event.key === 'Escape' &&
    !event.defaultPrevented &&
    route().at.endsWith('settings') &&
    !document.querySelector('dialog[open]')
  ) {
    go(pathOfPlace());
  } else if (event.key === 'Escape' && isNowhere(event.target) && searchShown() && !isCovered()) {
    // The result that had the focus may be gone.
    closeSearch();
  } else if (
    event.key.length === 1 &&
    !command &&
    !event.altKey &&
    !event.defaultPrevented &&
    isNowhere(event.target) &&
    isInChannel()
  ) {
    // Typing anywhere in a channel writes into the composer, as one expects of a chat.
    document.querySelector<HTMLTextAreaElement>('.composer textarea:not(:disabled)')?.focus();
  }
}

function isInChannel(): boolean {
  return route().at === 'space' && !document.querySelector('dialog[open]');
}

/** Whether settings or a dialog lie above what the search would stand beside. */
function isCovered(): boolean {
  return route().at.endsWith('settings') || document.querySelector('dialog[open]') !== null;
}

/** The next text channel of the community or the next conversation, or the next unread one. */
function step(by: 1 | -1, unreadOnly: boolean): void {
  const here = place();
  const space = here.at === 'space' ? findSpace(here.space) : undefined;
  if (here.at !== 'space' || !space) return;
  const all = isDirect(space)
    ? directsByActivity().flatMap((one) => one.channels.slice(0, 1).map((channel) => ({ space: one.id, channel })))
    : textChannels(space).map((channel) => ({ space: space.id, channel }));
  const at = all.findIndex(({ channel }) => channel.id === here.channel);
  for (let n = 1; n <= all.length; n++) {
    const next = all[(at + by * n + all.length * n) % all.length];
    if (next && (!unreadOnly || next.channel.view.unread > 0)) return go(pathTo(next.space, next.channel.id));
  }
}
