import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
  untrack,
} from 'solid-js';
import { searchMembers } from '../members/people.ts';
import { showProfile } from '../members/profile-card.tsx';
import { Faces } from '../people/faces.tsx';
import { writeTo } from '../people/relationships.ts';
import { channelToOpen } from '../spaces/last-channel.ts';
import { sayCount } from '../spaces/marks.ts';
import { findChannel, findSpace } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { go, pathTo, place } from './router.ts';
import { type Destination, destinations, searchDestinations } from './switcher-index.ts';
import './quick-switcher.css';

/** Finds anything by a few letters of its name, and goes there. */
export function QuickSwitcher(props: { close: () => void }) {
  const id = createUniqueId();
  let element!: HTMLDialogElement;
  const before = document.activeElement as HTMLElement | null;
  const [query, setQuery] = createSignal('');
  const [chosen, setChosen] = createSignal(0);
  const [asked, setAsked] = createSignal(0);
  const search = createMemo(() => {
    asked();
    return searchDestinations(untrack(destinations));
  });
  const found = createMemo(() => search()(query().trim()));
  let left = false;

  onMount(() => element.showModal());
  onCleanup(() => queueMicrotask(() => !left && before?.isConnected && before.focus()));
  createEffect(on(query, () => setChosen(0), { defer: true }));
  createEffect(() => {
    // People who were not seen yet are asked for in the community that is open.
    const here = place();
    const name = query().trim().replace(/^@/, '');
    if (here.at !== 'space' || name.length < 2 || name.startsWith('#')) return;
    const stop = new AbortController();
    const timer = setTimeout(
      () =>
        void searchMembers(here.space, name, 10, stop.signal).then(
          () => setAsked(asked() + 1),
          () => {},
        ),
      200,
    );
    onCleanup(() => {
      clearTimeout(timer);
      stop.abort();
    });
  });

  const open = (to: Destination | undefined) => {
    if (!to) return;
    left = true;
    props.close();
    const space = findSpace(to.space);
    if (to.kind === 'friend' && to.user) writeTo(to.user);
    else if (to.kind === 'person' && to.member)
      showProfile({ x: innerWidth / 2 - 150, y: innerHeight / 5 }, space, to.member.user, 'below');
    else go(pathTo(to.space, to.channel ?? (space ? channelToOpen(space) : undefined)));
  };
  const typed = (event: KeyboardEvent) => {
    const count = found().length;
    if (event.key === 'ArrowDown') setChosen((chosen() + 1) % Math.max(1, count));
    else if (event.key === 'ArrowUp') setChosen((chosen() - 1 + count) % Math.max(1, count));
    else if (event.key === 'Enter') open(found()[chosen()]);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') props.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    element.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <dialog
      ref={element}
      class="switcher"
      aria-label="Go to"
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onPointerDown={(event) => event.target === element && props.close()}
    >
      <div class="switcher-frame">
        <div class="switcher-input">
          <Icon name="search" />
          <input
            type="text"
            autofocus
            autocomplete="off"
            spellcheck={false}
            placeholder="Where to? Communities, # channels, @ people"
            aria-label="Where to?"
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={found().length > 0 ? `${id}-${chosen()}` : undefined}
            value={query()}
            onInput={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={typed}
          />
        </div>
        <ul id={id} role="listbox" aria-label="Places">
          <For each={found()}>
            {(one, at) => (
              <li
                id={`${id}-${at()}`}
                role="option"
                aria-selected={at() === chosen()}
                onPointerMove={() => setChosen(at())}
                onClick={() => open(one)}
              >
                <Switch>
                  <Match when={one.kind === 'channel'}>
                    <span class="switcher-sign">
                      <Icon name={findChannel(one.space, one.channel)?.kind === 'voice' ? 'voice' : 'hash'} />
                    </span>
                  </Match>
                  <Match when={one.kind === 'space'}>
                    <Avatar id={one.space} name={one.name} size={26} square />
                  </Match>
                  <Match when={one.kind === 'direct' && findSpace(one.space)}>
                    {(space) => <Faces space={space()} size={26} quiet />}
                  </Match>
                  <Match when={one.kind === 'person' || one.kind === 'friend'}>
                    <Avatar id={one.member?.user.id ?? one.user?.id ?? ''} name={one.name} size={26} />
                  </Match>
                </Switch>
                <span class="ellipsis" classList={{ waiting: one.unread > 0 }}>
                  {one.name}
                </span>
                <span class="grow ellipsis quiet">{one.detail}</span>
                <Show when={one.mentions > 0}>
                  <span class="badge">{sayCount(one.mentions)}</span>
                </Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={found().length === 0}>
          <p class="switcher-none">
            {query().trim() ? 'Nothing has a name like that.' : 'Join or create a community, or add a friend first.'}
          </p>
        </Show>
      </div>
    </dialog>
  );
}
