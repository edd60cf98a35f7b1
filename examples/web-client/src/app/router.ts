import { createMemo, createSignal } from 'solid-js';
import { serverNameOf } from '../session/server-name.ts';

export type Route =
  | { at: 'home' }
  | { at: 'login' }
  | { at: 'register'; invite?: string }
  | { at: 'setup'; token: string }
  | { at: 'invite'; code: string; via?: string }
  | { at: 'space'; space: string; channel?: string; message?: string }
  | { at: 'space-settings'; space: string; tab: string }
  | { at: 'channel-settings'; space: string; channel: string; tab: string }
  | { at: 'friends'; tab: string }
  | { at: 'requests' }
  | { at: 'settings'; tab: string }
  | { at: 'missing' };

/** What a path and its query stand for. */
function routeOf(address: string): Route {
  const [path = '', query] = address.split('?', 2);
  const [first = '', second, third, fourth, fifth] = path.split('/').filter(Boolean).map(decodeURIComponent);
  switch (first) {
    case '':
      return { at: 'home' };
    case 'login':
      return { at: first };
    case 'register':
      return { at: first, ...(second ? { invite: second } : {}) };
    case 'setup':
      return second ? { at: 'setup', token: second } : { at: 'missing' };
    case 'invite':
      return second ? { at: 'invite', code: second } : { at: 'missing' };
    case 'join': {
      const asked = new URLSearchParams(query);
      const [code, via] = [asked.get('invite'), serverNameOf(asked.get('via') ?? '')];
      return code && via ? { at: 'invite', code, via } : { at: 'missing' };
    }
    case 'friends':
      return { at: 'friends', tab: second ?? 'online' };
    case 'requests':
      return { at: first };
    case 'settings':
      return { at: 'settings', tab: second ?? 'profile' };
    case 'spaces':
      if (!second) return { at: 'missing' };
      if (third === 'settings') return { at: 'space-settings', space: second, tab: fourth ?? 'overview' };
      if (third && fourth === 'settings')
        return { at: 'channel-settings', space: second, channel: third, tab: fifth ?? 'overview' };
      return {
        at: 'space',
        space: second,
        ...(third ? { channel: third } : {}),
        ...(fourth ? { message: fourth.replace('-', '.') } : {}),
      };
    default:
      return { at: 'missing' };
  }
}

/** A position in a link has a dash for its dot: the homeserver takes a path with a dot for a file. */
export function pathTo(space: string, channel?: string, message?: string): string {
  return ['/spaces', space, channel, message?.replace('.', '-')].filter((part) => part !== undefined).join('/');
}

/** Whoever goes where they are already, as to a message that was scrolled away since, is told of as well. */
const [path, setPath] = createSignal(addressOfPage(), { equals: false });

/** Where the person is. */
export const route = createRootMemo(() => routeOf(path()));

/** The community, or the place outside of one, that lies under the settings, which are shown above it. */
export const place = createRootMemo<Extract<Route, { at: 'home' | 'friends' | 'requests' | 'space' }>>((before) => {
  const now = route();
  if (now.at === 'home' || now.at === 'friends' || now.at === 'requests' || now.at === 'space') return now;
  if (now.at === 'space-settings')
    return before?.at === 'space' && before.space === now.space ? before : { at: 'space', space: now.space };
  if (now.at === 'channel-settings')
    return before?.at === 'space' && before.channel === now.channel
      ? before
      : { at: 'space', space: now.space, channel: now.channel };
  return before ?? { at: 'home' };
});

/** Goes to a path of this page. */
export function go(to: string, how: { replace?: boolean } = {}): void {
  if (to !== addressOfPage()) history[how.replace ? 'replaceState' : 'pushState'](null, '', to);
  setPath(to);
}

/** Path of the place under the settings. */
export function pathOfPlace(): string {
  const here = place();
  if (here.at === 'space') return pathTo(here.space, here.channel);
  return here.at === 'home' ? '/' : here.at === 'requests' ? '/requests' : `/friends/${here.tab}`;
}

addEventListener('popstate', () => setPath(addressOfPage()));

document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

function addressOfPage(): string {
  return location.pathname + location.search;
}

/** A memo that lives as long as the page. */
function createRootMemo<T>(work: (before: T | undefined) => T): () => T {
  return createMemo<T>(work as (before: T | undefined) => T);
}
