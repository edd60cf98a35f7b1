import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, createSignal, Match, onCleanup, Show, Switch } from 'solid-js';
import { type VirtualizerHandle, Virtualizer } from 'virtua/solid';
import { closeDrawers, isTight } from '../app/drawers.ts';
import { colorOf, rankedRoles } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { roving } from '../ui/roving.ts';
import { handleOf } from './handle.ts';
import { BotMark, UnlistedMark } from './marks-of.tsx';
import { createMemberPages, hoistedRoleOf } from './member-pages.ts';
import { showMemberMenu } from './member-menu.ts';
import { nameOfMember } from './people.ts';
import { inViewOf, statusOf, statusTextOf } from './presence.ts';
import { showProfile } from './profile-card.tsx';
import './member-list.css';

/** Members of the open community by role; the next page loads as one scrolls, and presence only for who is in view. */
export function MemberList(props: { space: Space }) {
  let scroller!: HTMLDivElement;
  let handle: VirtualizerHandle | undefined;
  const pages = createMemberPages(() => props.space.id);
  const [moved, setMoved] = createSignal(0);
  const move = roving(() => scroller);
  const byId = createMemo(() => new Map(pages.members().map((member) => [member.user.id, member])));
  const items = createMemo(() => {
    const list: string[] = [];
    const roles = rankedRoles(props.space);
    let group: string | undefined;
    for (const member of pages.members()) {
      const role = hoistedRoleOf(roles, member)?.id ?? 'everyone';
      if (role !== group) list.push(`#${role}`);
      group = role;
      list.push(member.user.id);
    }
    return list;
  });
  createEffect(() => {
    moved();
    const all = items();
    if (!handle) return;
    const from = handle.findItemIndex(handle.scrollOffset);
    const to = handle.findItemIndex(handle.scrollOffset + handle.viewportSize);
    inViewOf(
      'members',
      all.slice(from, to + 12).filter((item) => !item.startsWith('#')),
    );
    if (to >= all.length - 15 && pages.more() && !pages.loading()) void pages.loadMore();
  });
  onCleanup(() => inViewOf('members', []));

  return (
    <aside class="members" classList={{ drawer: isTight() }} aria-label="Members">
      <header class="bar">
        <h2 class="grow">
          Members <span class="quiet">{props.space.member_count}</span>
        </h2>
        <Show when={isTight()}>
          <IconButton icon="close" label="Close" onClick={closeDrawers} />
        </Show>
      </header>
      <div ref={scroller} class="members-scroll" role="list" onKeyDown={move}>
        <Virtualizer
          ref={(given) => (handle = given)}
          data={items()}
          itemSize={44}
          onScroll={() => setMoved(moved() + 1)}
          onResize={() => setMoved(moved() + 1)}
        >
          {(item) => (
            <Switch>
              <Match when={item.startsWith('#')}>
                <h3 class="members-role">
                  {item === '#everyone' ? 'Members' : props.space.roles.find((role) => role.id === item.slice(1))?.name}
                </h3>
              </Match>
              <Match when={byId().get(item)}>{(member) => <MemberRow space={props.space} member={member()} />}</Match>
            </Switch>
          )}
        </Virtualizer>
        <Show when={pages.loading() && pages.members().length === 0}>
          <p class="members-note" role="status">
            Loading…
          </p>
        </Show>
      </div>
    </aside>
  );
}

function MemberRow(props: { space: Space; member: Member }) {
  const status = () => statusOf(props.member.user.id);
  const user = () => props.member.user;
  const text = () => statusTextOf(props.member.user.id);
  return (
    <div role="listitem">
      <button
        type="button"
        data-rove
        class="member"
        classList={{ away: status() === 'offline' }}
        title={user().home && user().handle !== null ? `@${handleOf(user())}` : undefined}
        onClick={(event) => showProfile(event.currentTarget, props.space, props.member.user, 'beside')}
        onContextMenu={(event) => {
          event.preventDefault();
          showMemberMenu({ x: event.clientX, y: event.clientY }, props.space, props.member, showProfile);
        }}
      >
        <Avatar id={props.member.user.id} name={nameOfMember(props.member)} size={32} status={status()} />
        <span class="grow">
          <span class="member-top">
            <span class="member-name ellipsis" style={{ '--role': colorOf(props.space, props.member.roles) }}>
              {nameOfMember(props.member)}
            </span>
            <BotMark user={user()} />
            <UnlistedMark member={props.member} />
          </span>
          <Show when={text() || user().home}>
            <span class="member-text ellipsis">{text() || `@${user().home}`}</span>
          </Show>
        </span>
        <Show when={props.member.user.id === props.space.owner}>
          <span class="member-owner" title="Owner">
            <Icon name="crown" size={14} />
            <span class="hidden-text">Owner</span>
          </span>
        </Show>
      </button>
    </div>
  );
}
