import { For, Show } from 'solid-js';
import { go, pathTo, place } from '../app/router.ts';
import { showSwitcher } from '../app/show-switcher.ts';
import { Mark } from '../session/auth-card.tsx';
import { Faces } from '../people/faces.tsx';
import { openRequests } from '../people/relationships.ts';
import { hueOf, initialsOf } from '../ui/avatar.tsx';
import { hubOf } from '../members/handle.ts';
import { Icon } from '../ui/icon.tsx';
import { roving } from '../ui/roving.ts';
import { showCreateSpace } from './create-space.tsx';
import { sayCount, spaceMarks } from './marks.ts';
import { showSpaceMenu } from './space-menu.ts';
import { channelToOpen } from './last-channel.ts';
import { communities, nameOfSpace, pathToDirect, waitingDirects } from './direct.ts';
import { findSpace } from './world.ts';
import './space-rail.css';

/** The communities, down the left edge. */
export function SpaceRail(props: { current: string | undefined }) {
  let element!: HTMLElement;
  const move = roving(() => element);
  const waiting = () => {
    const here = place();
    const open = here.at === 'space' ? here.space : undefined;
    return waitingDirects()
      .flatMap((space) => (space.id === open ? [] : space.id))
      .slice(0, 5);
  };
  const asks = () => openRequests().friends + openRequests().messages;
  return (
    <nav ref={element} class="rail" aria-label="Communities" onKeyDown={move}>
      <a
        class="rail-item home"
        data-rove
        href="/"
        aria-current={props.current ? undefined : 'page'}
        title="Home, friends and direct messages"
        aria-label={asks() > 0 ? `Home, ${asks()} requests` : 'Home'}
      >
        <Mark size={28} />
        <Show when={asks() > 0}>
          <span class="badge" aria-hidden="true">
            {sayCount(asks())}
          </span>
        </Show>
      </a>
      <For each={waiting()}>{(id) => <DirectItem id={id} />}</For>
      <div class="rail-line" />
      <For each={communities().map((space) => space.id)}>
        {(id) => <RailItem id={id} current={props.current === id} />}
      </For>
      <button
        type="button"
        class="rail-item tool"
        data-rove
        title="Create or join a community"
        aria-label="Create or join a community"
        onClick={showCreateSpace}
      >
        <Icon name="plus" size={22} />
      </button>
      <button
        type="button"
        class="rail-item tool"
        data-rove
        title="Go to… (Ctrl+K)"
        aria-label="Go to"
        onClick={showSwitcher}
      >
        <Icon name="search" size={20} />
      </button>
    </nav>
  );
}

/** A direct message or group in which something waits. */
function DirectItem(props: { id: string }) {
  const space = () => findSpace(props.id);
  return (
    <Show when={space()}>
      {(open) => (
        <a
          class="rail-item"
          data-rove
          href={pathToDirect(open())}
          aria-label={`${nameOfSpace(open())}, ${spaceMarks(open()).unread} new messages`}
          title={nameOfSpace(open())}
        >
          <Faces space={open()} size={44} quiet />
          <span class="badge" aria-hidden="true">
            {sayCount(spaceMarks(open()).unread)}
          </span>
        </a>
      )}
    </Show>
  );
}

function RailItem(props: { id: string; current: boolean }) {
  const space = () => findSpace(props.id);
  const isAway = () => space()?.hub_state === 'away';
  const marks = () => (space() ? spaceMarks(space()!) : { unread: 0, mentions: 0 });
  const label = () => {
    const { unread, mentions } = marks();
    const waiting = mentions > 0 ? `, ${mentions} mentions` : unread > 0 ? ', unread messages' : '';
    return `${space()?.name ?? ''}${waiting}${isAway() ? ', its homeserver is away' : ''}`;
  };
  return (
    <Show when={space()}>
      {(open) => (
        <a
          class="rail-item"
          classList={{ unread: marks().unread > 0 && !props.current, away: isAway() }}
          data-rove
          href={pathTo(props.id)}
          style={{ '--hue': hueOf(props.id) }}
          aria-current={props.current ? 'page' : undefined}
          aria-label={label()}
          title={hubOf(open()) ? `${open().name} · ${hubOf(open())}${isAway() ? ', away' : ''}` : open().name}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            go(pathTo(props.id, channelToOpen(open())));
          }}
          onContextMenu={(event) => {
            event.preventDefault();
            showSpaceMenu({ x: event.clientX, y: event.clientY }, open());
          }}
        >
          <span class="rail-letters" aria-hidden="true">
            {initialsOf(open().name)}
          </span>
          <Show when={marks().mentions > 0}>
            <span class="badge" aria-hidden="true">
              {sayCount(marks().mentions)}
            </span>
          </Show>
        </a>
      )}
    </Show>
  );
}
