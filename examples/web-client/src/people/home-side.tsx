import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, For, onCleanup, Show } from 'solid-js';
import { place } from '../app/router.ts';
import { BotMark } from '../members/marks-of.tsx';
import { inViewOf, statusTextOf } from '../members/presence.ts';
import { connection } from '../session/live.ts';
import { nameOfSpace, othersIn, partnerIn, pathToDirect } from '../spaces/direct.ts';
import { sayCount, spaceMarks } from '../spaces/marks.ts';
import { findSpace } from '../spaces/world.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { roving } from '../ui/roving.ts';
import { askActivity, directsByActivity } from './activity.ts';
import { showDirectMenu } from './direct-menu.ts';
import { Faces } from './faces.tsx';
import { openRequests, peopleWho } from './relationships.ts';
import { showNewMessage } from './show-people-picker.ts';
import './home-side.css';

const watched = 60;

/** Beside everything that is not a community: friends, requests, direct messages and groups. */
export function HomeSide(props: { current: string | undefined }) {
  let element!: HTMLElement;
  const move = roving(() => element);
  const ids = createMemo(() => directsByActivity().map((space) => space.id));
  createEffect(() => {
    const partners = ids()
      .slice(0, watched)
      .flatMap((id) => partnerIn(findSpace(id))?.user.id ?? []);
    inViewOf('directs', partners);
  });
  createEffect(() => {
    if (connection() === 'ready' && ids().length > 0) void askActivity();
  });
  onCleanup(() => inViewOf('directs', []));
  return (
    <>
      <div class="side-home">Folkmoot</div>
      <nav ref={element} class="channels home-side" aria-label="Home" onKeyDown={move}>
        <ul>
          <Way href="/" icon="compass" current={place().at === 'home'}>
            Home
          </Way>
          <Way
            href="/friends"
            icon="people"
            current={place().at === 'friends'}
            count={openRequests().friends}
            what="friend requests"
          >
            Friends
          </Way>
          <Show when={openRequests().messages > 0 || place().at === 'requests'}>
            <Way
              href="/requests"
              icon="inbox"
              current={place().at === 'requests'}
              count={openRequests().messages}
              what="message requests"
            >
              Message requests
            </Way>
          </Show>
        </ul>
        <section>
          <div class="category">
            <h2 class="category-name">Direct messages</h2>
            <IconButton icon="plus" size={16} label="New message" onClick={showNewMessage} />
          </div>
          <ul>
            <For each={ids()}>
              {(id) => (
                <Show when={findSpace(id)}>
                  {(space) => <DirectRow space={space()} current={props.current === id} />}
                </Show>
              )}
            </For>
          </ul>
          <Show when={ids().length === 0}>
            <p class="channels-empty">
              Nobody here yet.{' '}
              <Show when={peopleWho('friend').length === 0} fallback="Press + to write to somebody.">
                <a href="/friends/add">Add a friend</a>, or press + to write to somebody.
              </Show>
            </p>
          </Show>
        </section>
      </nav>
    </>
  );
}

function Way(props: {
  href: string;
  icon: IconName;
  current: boolean;
  count?: number;
  what?: string;
  children: string;
}) {
  return (
    <li class="channel" classList={{ current: props.current }}>
      <a
        data-rove
        class="channel-link"
        href={props.href}
        aria-current={props.current ? 'page' : undefined}
        aria-label={props.count ? `${props.children}, ${props.count} ${props.what}` : props.children}
      >
        <span class="channel-sign">
          <Icon name={props.icon} size={18} />
        </span>
        <span class="grow ellipsis">{props.children}</span>
        <Show when={props.count}>{(count) => <span class="badge">{sayCount(count())}</span>}</Show>
      </a>
    </li>
  );
}

function DirectRow(props: { space: Space; current: boolean }) {
  const name = () => nameOfSpace(props.space);
  const unread = () => (props.current ? 0 : spaceMarks(props.space).unread);
  const partner = () => partnerIn(props.space);
  const below = () => {
    if (props.space.call) return 'In a call';
    const other = partner();
    if (!other) return props.space.kind === 'group' ? `${othersIn(props.space).length + 1} people` : '';
    const text = statusTextOf(other.user.id);
    return text || (other.user.home ? `@${other.user.home}` : '');
  };
  return (
    <li
      class="channel direct"
      classList={{ unread: unread() > 0, current: props.current }}
      onContextMenu={(event) => {
        event.preventDefault();
        showDirectMenu({ x: event.clientX, y: event.clientY }, props.space);
      }}
    >
      <a
        data-rove
        class="channel-link"
        href={pathToDirect(props.space)}
        aria-current={props.current ? 'page' : undefined}
        aria-label={`${name()}${unread() > 0 ? `, ${unread()} new messages` : ''}${props.space.call ? ', in a call' : ''}`}
      >
        <Faces space={props.space} />
        <span class="grow">
          <span class="direct-name">
            <span class="ellipsis">{name()}</span>
            <Show when={partner()}>{(other) => <BotMark user={other().user} />}</Show>
          </span>
          <Show when={below()}>
            <span class="direct-below ellipsis" classList={{ calls: props.space.call !== undefined }}>
              {below()}
            </span>
          </Show>
        </span>
        <Show when={unread() > 0}>
          <span class="badge" aria-hidden="true">
            {sayCount(unread())}
          </span>
        </Show>
      </a>
    </li>
  );
}
