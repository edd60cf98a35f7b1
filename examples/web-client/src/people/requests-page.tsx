import type { MessageRequest } from '@folkmoot/protocol-spec/schemas/people.ts';
import { For, Show } from 'solid-js';
import { PlacesButton } from '../app/places-button.tsx';
import { handleOf } from '../members/handle.ts';
import { BotMark } from '../members/marks-of.tsx';
import { showProfile } from '../members/profile-card.tsx';
import { nameOfUser } from '../spaces/direct.ts';
import { world } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Icon } from '../ui/icon.tsx';
import { sayMoment } from '../ui/time.ts';
import { block, ignore, take } from './relationships.ts';
import './friends-page.css';

/** People who want to write to one and are no friends. What they wrote is not here before one accepts. */
export function RequestsPage() {
  const requests = () => [...world.requests].sort((a, b) => b.ts - a.ts);
  return (
    <main class="friends" aria-label="Message requests">
      <header class="bar friends-bar">
        <PlacesButton label="Communities and messages" />
        <span class="channel-sign only-wide">
          <Icon name="inbox" size={20} />
        </span>
        <h1>Message requests</h1>
      </header>
      <div class="friends-inner">
        <Show
          when={requests().length > 0}
          fallback={
            <div class="friends-empty">
              <span class="channel-start-sign">
                <Icon name="inbox" size={28} />
              </span>
              <h2>No requests</h2>
              <p class="soft">
                When somebody who is no friend of yours writes to you, they wait here until you let them in. Who may ask
                at all is set under <a href="/settings/privacy">Privacy</a>.
              </p>
            </div>
          }
        >
          <p class="soft friends-note">What they wrote is shown once you accept. Whoever you ignore is not told.</p>
          <ul class="friends-people">
            <For each={requests()}>{(request) => <Request request={request} />}</For>
          </ul>
        </Show>
      </div>
    </main>
  );
}

function Request(props: { request: MessageRequest }) {
  const from = () => props.request.from;
  return (
    <li class="person">
      <button
        type="button"
        class="person-who"
        onClick={(event) => showProfile(event.currentTarget, undefined, from(), 'below')}
      >
        <Avatar id={from().id} name={nameOfUser(from())} size={38} />
        <span class="grow">
          <span class="person-name">
            <strong class="ellipsis">{nameOfUser(from())}</strong>
            <BotMark user={from()} />
          </span>
          <span class="person-below">
            @{handleOf(from())} · {props.request.kind === 'group' ? 'invites you to a group' : 'wants to write to you'}{' '}
            · {sayMoment(props.request.ts, now())}
          </span>
        </span>
      </button>
      <span class="row">
        <Button
          small
          look="primary"
          onClick={() => void take(props.request)}
          aria-label={`Accept ${nameOfUser(from())}`}
        >
          Accept
        </Button>
        <Button
          small
          look="ghost"
          onClick={() => void ignore(props.request)}
          aria-label={`Ignore ${nameOfUser(from())}`}
        >
          Ignore
        </Button>
        <IconButton icon="block" label={`Block ${nameOfUser(from())}`} onClick={() => block(from())} />
      </span>
    </li>
  );
}
