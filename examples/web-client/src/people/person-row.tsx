import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { type JSX, Show } from 'solid-js';
import { handleOf } from '../members/handle.ts';
import { BotMark } from '../members/marks-of.tsx';
import { statusOf, statusTextOf } from '../members/presence.ts';
import { showProfile } from '../members/profile-card.tsx';
import { nameOfUser } from '../spaces/direct.ts';
import { Avatar, statusName } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { showMenu } from '../ui/menu.tsx';
import { personItems } from './person-menu.ts';
import { relationTo, writeTo } from './relationships.ts';

/** Somebody in a list of people. */
export function PersonRow(props: { user: UserSummary; tools?: JSX.Element }) {
  const isFriend = () => relationTo(props.user.id) === 'friend';
  const status = () => (isFriend() ? statusOf(props.user.id) : undefined);
  const below = () => {
    const said = isFriend() ? statusTextOf(props.user.id) || statusName(statusOf(props.user.id)) : '';
    const handle = props.user.handle === null ? 'This account was deleted' : `@${handleOf(props.user)}`;
    return said ? `${said} · ${handle}` : handle;
  };
  return (
    <li
      class="person"
      onContextMenu={(event) => {
        event.preventDefault();
        showMenu({ x: event.clientX, y: event.clientY }, nameOfUser(props.user), personItems(props.user));
      }}
    >
      <button
        type="button"
        data-rove
        class="person-who"
        onClick={(event) => showProfile(event.currentTarget, undefined, props.user, 'below')}
      >
        <Avatar id={props.user.id} name={nameOfUser(props.user)} size={38} status={status()} />
        <span class="grow">
          <span class="person-name">
            <strong class="ellipsis">{nameOfUser(props.user)}</strong>
            <BotMark user={props.user} />
          </span>
          <span class="person-below ellipsis">{below()}</span>
        </span>
      </button>
      <span class="row">
        {props.tools}
        <Show when={isFriend()}>
          <IconButton icon="message" label={`Write to ${nameOfUser(props.user)}`} onClick={() => writeTo(props.user)} />
        </Show>
        <IconButton
          icon="more"
          label={`More about ${nameOfUser(props.user)}`}
          aria-haspopup="menu"
          onClick={(event) => showMenu(event.currentTarget, nameOfUser(props.user), personItems(props.user))}
        />
      </span>
    </li>
  );
}
