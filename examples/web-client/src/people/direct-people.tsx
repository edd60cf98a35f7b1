import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { SpacePerson } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createEffect, createMemo, For, onCleanup, Show } from 'solid-js';
import { closeDrawers, isTight } from '../app/drawers.ts';
import { BotMark } from '../members/marks-of.tsx';
import { inViewOf, statusOf, statusTextOf } from '../members/presence.ts';
import { showProfile } from '../members/profile-card.tsx';
import { call } from '../session/api.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { rightsIn } from '../spaces/rights.ts';
import { myId } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { confirm } from '../ui/confirm.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { roving } from '../ui/roving.ts';
import { personItems } from './person-menu.ts';
import { showAddPeople } from './show-people-picker.ts';
import '../members/member-list.css';

/** Who is in a group, and who was invited to it. */
export function DirectPeople(props: { space: Space }) {
  let element!: HTMLDivElement;
  const move = roving(() => element);
  const people = createMemo(() =>
    [...(props.space.people ?? [])].sort(
      (a, b) => Number(b.member) - Number(a.member) || nameOfUser(a.user).localeCompare(nameOfUser(b.user)),
    ),
  );
  createEffect(() =>
    inViewOf(
      'members',
      people().map((person) => person.user.id),
    ),
  );
  onCleanup(() => inViewOf('members', []));
  return (
    <aside class="members" classList={{ drawer: isTight() }} aria-label="People">
      <header class="bar">
        <h2 class="grow">
          People <span class="quiet">{people().length}</span>
        </h2>
        <Show when={isTight()}>
          <IconButton icon="close" label="Close" onClick={closeDrawers} />
        </Show>
      </header>
      <div ref={element} class="members-scroll" role="list" onKeyDown={move}>
        <For each={people()}>{(person) => <Row space={props.space} person={person} />}</For>
        <p class="members-note">
          <Button small icon="invite" onClick={() => showAddPeople(props.space)}>
            Add people
          </Button>
        </p>
      </div>
    </aside>
  );
}

function Row(props: { space: Space; person: SpacePerson }) {
  const user = () => props.person.user;
  const below = () =>
    props.person.member ? statusTextOf(user().id) || (user().home ? `@${user().home}` : '') : 'invited';
  const menu = (anchor: Anchor) => {
    const mayRemove = user().id !== myId() && props.person.member && rightsIn(props.space).has('member.kick');
    showMenu(anchor, nameOfUser(user()), [
      { label: 'Profile', icon: 'person', run: () => showProfile(anchor, props.space, user()) },
      ...personItems(user()),
      'line',
      mayRemove && {
        label: 'Remove from the group',
        icon: 'leave',
        danger: true,
        run: () => remove(props.space, props.person),
      },
    ]);
  };
  return (
    <div role="listitem">
      <button
        type="button"
        data-rove
        class="member"
        classList={{ away: !props.person.member || statusOf(user().id) === 'offline' }}
        onClick={(event) => showProfile(event.currentTarget, props.space, user(), 'beside')}
        onContextMenu={(event) => {
          event.preventDefault();
          menu({ x: event.clientX, y: event.clientY });
        }}
      >
        <Avatar
          id={user().id}
          name={nameOfUser(user())}
          size={32}
          status={props.person.member ? statusOf(user().id) : undefined}
        />
        <span class="grow">
          <span class="member-top">
            <span class="member-name ellipsis">{nameOfUser(user())}</span>
            <BotMark user={user()} />
          </span>
          <Show when={below()}>
            <span class="member-text ellipsis">{below()}</span>
          </Show>
        </span>
      </button>
    </div>
  );
}

function remove(space: Space, person: SpacePerson): void {
  confirm({
    title: `Remove ${nameOfUser(person.user)} from the group?`,
    text: 'What they wrote stays. They come back only if somebody adds them again.',
    action: 'Remove',
    danger: true,
    run: () => call(kickMember, { params: { space: space.id, user: person.user.id }, body: {} }),
  });
}
