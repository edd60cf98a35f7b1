import { getUser } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createResource, For, onCleanup, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { cssColor, isOwner, rankedRoles, rightsIn, standsAbove } from '../spaces/rights.ts';
import { findSpace, myId } from '../spaces/world.ts';
import { go } from '../app/router.ts';
import { personItems } from '../people/person-menu.ts';
import { accept, askFriendOrToast, relationTo, writeTo } from '../people/relationships.ts';
import { isDirect } from '../spaces/direct.ts';
import { showMenu } from '../ui/menu.tsx';
import { Avatar, hueOf, statusName } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { type Anchor, showPopover } from '../ui/popover.tsx';
import { now } from '../ui/clock.ts';
import { sayDate, sayDistance } from '../ui/time.ts';
import { BotMark } from './marks-of.tsx';
import { showMemberMenu } from './member-menu.ts';
import { memberOf, nameIn } from './people.ts';
import { inViewOf, statusOf, statusTextOf } from './presence.ts';
import { showRolesDialog } from './roles-dialog.tsx';
import './profile-card.css';

/** Shows who somebody is. */
export function showProfile(
  anchor: Anchor,
  space: Space | undefined,
  user: UserSummary,
  side: 'below' | 'beside' = 'beside',
): void {
  showPopover(anchor, (close) => <ProfileCard space={space?.id} user={user} close={close} />, { side });
}

function ProfileCard(props: { space: string | undefined; user: UserSummary; close: () => void }) {
  const [profile] = createResource(() => call(getUser, { params: { user: props.user.id } }).catch(() => undefined));
  const space = () => findSpace(props.space);
  const member = () => (props.space ? (memberOf(props.space, props.user.id) ?? undefined) : undefined);
  const roles = () =>
    space() && member() ? rankedRoles(space()!).filter((role) => member()!.roles.includes(role.id)) : [];
  const name = () => (props.space ? nameIn(props.space, props.user) : props.user.display_name);
  const more = (anchor: Anchor) =>
    space() && member() && !isDirect(space())
      ? showMemberMenu(anchor, space()!, member()!)
      : showMenu(anchor, name(), personItems(props.user));
  const timedOut = () => member()?.timeout && member()!.timeout! > now();
  inViewOf('profile', [props.user.id]);
  onCleanup(() => inViewOf('profile', []));
  return (
    <section
      class="profile"
      role="dialog"
      aria-label={`Profile of ${name()}`}
      style={{ '--hue': hueOf(props.user.id) }}
    >
      <div class="profile-top">
        <Avatar
          id={props.user.id}
          name={name()}
          size={72}
          status={props.user.handle === null ? undefined : statusOf(props.user.id)}
        />
        <Show when={props.user.id !== myId() && props.user.handle !== null}>
          <IconButton icon="more" label="More" aria-haspopup="menu" onClick={(event) => more(event.currentTarget)} />
        </Show>
      </div>
      <h2>
        {name()} <BotMark user={props.user} />
      </h2>
      <p class="profile-handle">
        <Show when={props.user.handle !== null} fallback="This account was deleted">
          @{profile()?.handle ?? props.user.handle}
          <Show when={props.user.home ?? profile()?.home}>{(home) => <span class="profile-home">@{home()}</span>}</Show>
        </Show>
        <Show when={profile()?.pronouns}>
          <span class="quiet"> · {profile()!.pronouns}</span>
        </Show>
      </p>
      <Show when={props.user.handle !== null}>
        <p class="profile-status">{statusTextOf(props.user.id) || statusName(statusOf(props.user.id))}</p>
      </Show>
      <Show when={timedOut()}>
        <p class="profile-timeout">Timed out, ends {sayDistance(member()!.timeout!, now())}</p>
      </Show>
      <Show when={profile()?.bio}>
        <p class="profile-bio">{profile()!.bio}</p>
      </Show>
      <Show
        when={!isDirect(space()) && (roles().length > 0 || (space() && isOwner(space()) && props.user.id === myId()))}
      >
        <ul class="profile-roles" aria-label="Roles">
          <Show when={space()?.owner === props.user.id}>
            <li>Owner</li>
          </Show>
          <For each={roles()}>
            {(role) => (
              <li>
                <span class="role-dot" style={{ '--role': cssColor(role.color) }} />
                {role.name}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p class="profile-dates quiet">
        <Show when={!isDirect(space()) && member()}>{(one) => <>Member since {sayDate(one().joined)}</>}</Show>
        <Show
          when={!member() && props.space && member() === undefined && memberOf(props.space, props.user.id) === null}
        >
          Not a member any more
        </Show>
        <Show when={profile() && !member()}> · Here since {sayDate(profile()!.created)}</Show>
      </p>
      <div class="row profile-deeds">
        <Show when={props.user.id !== myId() && props.user.handle !== null}>
          <RelationDeeds user={props.user} close={props.close} />
        </Show>
        <Show when={props.user.id === myId()}>
          <Button small icon="pencil" onClick={() => (props.close(), go('/settings/profile'))}>
            Edit profile
          </Button>
        </Show>
        <Show
          when={
            space() &&
            member() &&
            rightsIn(space()).has('role.manage') &&
            (standsAbove(space()!, member()!) || props.user.id === myId())
          }
        >
          <Button small icon="shield" onClick={() => (props.close(), showRolesDialog(space()!, member()!))}>
            Roles
          </Button>
        </Show>
      </div>
    </section>
  );
}

/** What people do most: write, ask, answer. */
function RelationDeeds(props: { user: UserSummary; close: () => void }) {
  const relation = () => relationTo(props.user.id);
  return (
    <>
      <Show when={relation() !== 'blocked'} fallback={<p class="profile-timeout">You blocked this person.</p>}>
        <Button small look="primary" icon="message" onClick={() => (props.close(), writeTo(props.user))}>
          Message
        </Button>
      </Show>
      <Show when={relation() === undefined && !props.user.bot}>
        <Button small icon="invite" onClick={() => void askFriendOrToast(props.user)}>
          Add friend
        </Button>
      </Show>
      <Show when={relation() === 'incoming'}>
        <Button small icon="check" onClick={() => void accept(props.user)}>
          Accept as friend
        </Button>
      </Show>
      <Show when={relation() === 'outgoing'}>
        <span class="quiet profile-asked">You asked to be friends</span>
      </Show>
    </>
  );
}
