import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, onCleanup, Show } from 'solid-js';
import { handleOf } from '../members/handle.ts';
import { MarksOf } from '../members/marks-of.tsx';
import { inViewOf, statusOf, statusTextOf } from '../members/presence.ts';
import { showProfile } from '../members/profile-card.tsx';
import { nameOfSpace, nameOfUser, othersIn, partnerIn } from '../spaces/direct.ts';
import { statusName } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Faces } from './faces.tsx';
import { accept, askFriendOrToast, relationTo } from './relationships.ts';
import { showDirectMenu } from './direct-menu.ts';
import { showAddPeople } from './show-people-picker.ts';
import './direct-title.css';

/** Whom one writes with, in the header. */
export function DirectTitle(props: { space: Space }) {
  const partner = () => partnerIn(props.space)?.user;
  createEffect(() => inViewOf('direct', partner() ? [partner()!.id] : []));
  onCleanup(() => inViewOf('direct', []));
  const about = () => {
    const other = partner();
    if (!other) return props.space.kind === 'group' ? `${othersIn(props.space).length + 1} people` : '';
    return other.handle === null ? '' : statusTextOf(other.id) || statusName(statusOf(other.id));
  };
  return (
    <div class="direct-title grow">
      <button
        type="button"
        class="direct-title-who"
        onClick={(event) =>
          partner()
            ? showProfile(event.currentTarget, props.space, partner()!, 'below')
            : showDirectMenu(event.currentTarget, props.space)
        }
      >
        <Faces space={props.space} size={30} />
        <h1 class="ellipsis">{nameOfSpace(props.space)}</h1>
        <Show when={partner()}>{(other) => <MarksOf user={other()} />}</Show>
      </button>
      <span class="quiet ellipsis direct-title-about">{about()}</span>
    </div>
  );
}

/** What stands above the first message of a direct message or group. */
export function DirectStart(props: { space: Space }) {
  const partner = () => partnerIn(props.space);
  const relation = () => (partner() ? relationTo(partner()!.user.id) : undefined);
  const waits = () => othersIn(props.space).filter((person) => !person.member);
  return (
    <div class="channel-start">
      <Faces space={props.space} size={64} quiet />
      <h2>{nameOfSpace(props.space)}</h2>
      <Show when={partner()}>
        {(other) => (
          <p class="quiet">
            <Show when={other().user.handle !== null} fallback="This account was deleted">
              @{handleOf(other().user)}
            </Show>
          </p>
        )}
      </Show>
      <p class="soft">
        {props.space.kind === 'dm'
          ? `The start of what you and ${partner() ? nameOfUser(partner()!.user) : 'they'} write to each other.`
          : 'The start of this group.'}
        <Show when={waits().length > 0}>
          {' '}
          {props.space.kind === 'dm'
            ? `${nameOfUser(waits()[0]!.user)} sees it after accepting your message.`
            : 'Who was invited sees it after accepting.'}
        </Show>
      </p>
      <div class="row">
        <Show when={partner() && partner()!.user.handle !== null && !partner()!.user.bot && relation() === undefined}>
          <Button icon="invite" onClick={() => void askFriendOrToast(partner()!.user)}>
            Add friend
          </Button>
        </Show>
        <Show when={relation() === 'incoming'}>
          <Button icon="check" look="primary" onClick={() => void accept(partner()!.user)}>
            Accept as friend
          </Button>
        </Show>
        <Show when={props.space.kind === 'group' && othersIn(props.space).length < 2}>
          <Button icon="invite" onClick={() => showAddPeople(props.space)}>
            Add people
          </Button>
        </Show>
      </div>
    </div>
  );
}
