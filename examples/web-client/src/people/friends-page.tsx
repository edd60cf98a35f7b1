import type { RelationshipKind, UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js';
import { PlacesButton } from '../app/places-button.tsx';
import { go } from '../app/router.ts';
import { handleOf } from '../members/handle.ts';
import { statusOf } from '../members/presence.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { roving } from '../ui/roving.ts';
import { AddFriend } from './add-friend.tsx';
import { PersonRow } from './person-row.tsx';
import { accept, dropRequest, peopleWho, unblock } from './relationships.ts';
import './friends-page.css';

const tabs = [
  { id: 'online', title: 'Online' },
  { id: 'all', title: 'All' },
  { id: 'pending', title: 'Pending' },
  { id: 'blocked', title: 'Blocked' },
  { id: 'add', title: 'Add friend' },
];

/** Friends, requests for friendship, who is blocked, and how to find more. */
export function FriendsPage(props: { tab: string }) {
  const incoming = () => peopleWho('incoming').length;
  return (
    <main class="friends" aria-label="Friends">
      <header class="bar friends-bar">
        <PlacesButton label="Communities and messages" />
        <span class="channel-sign only-wide">
          <Icon name="people" size={20} />
        </span>
        <h1 class="only-wide">Friends</h1>
        <nav class="friends-tabs" aria-label="Friends">
          <For each={tabs}>
            {(tab) => (
              <a
                href={`/friends/${tab.id}`}
                class="friends-tab"
                classList={{ add: tab.id === 'add' }}
                aria-current={tab.id === props.tab ? 'page' : undefined}
                aria-label={tab.id === 'pending' && incoming() > 0 ? `Pending, ${incoming()} to answer` : tab.title}
              >
                <Show when={tab.id === 'add'} fallback={tab.title}>
                  Add <span class="only-wide">friend</span>
                </Show>
                <Show when={tab.id === 'pending' && incoming() > 0}>
                  <span class="badge">{incoming()}</span>
                </Show>
              </a>
            )}
          </For>
        </nav>
      </header>
      <div class="friends-inner">
        <Switch fallback={<Friends onlineOnly={props.tab !== 'all'} />}>
          <Match when={props.tab === 'pending'}>
            <Pending />
          </Match>
          <Match when={props.tab === 'blocked'}>
            <Blocked />
          </Match>
          <Match when={props.tab === 'add'}>
            <AddFriend />
          </Match>
        </Switch>
      </div>
    </main>
  );
}

function Friends(props: { onlineOnly: boolean }) {
  const [query, setQuery] = createSignal('');
  const all = () => peopleWho('friend').map((one) => one.user);
  const shown = createMemo(() => {
    const words = query().trim().toLowerCase().replace(/^@/, '');
    return all()
      .filter((user) => !props.onlineOnly || statusOf(user.id) !== 'offline')
      .filter((user) => [nameOfUser(user), handleOf(user)].some((name) => name.toLowerCase().includes(words)));
  });
  return (
    <Show
      when={all().length > 0}
      fallback={
        <Empty
          icon="people"
          title="No friends here yet"
          text="Friends can write to you directly, and you see when they are around. They may be at home on any homeserver."
        >
          <Button look="primary" icon="invite" onClick={() => go('/friends/add')}>
            Add a friend
          </Button>
        </Empty>
      }
    >
      <input
        class="input friends-search"
        type="search"
        aria-label="Search friends"
        placeholder="Search"
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <People title={`${props.onlineOnly ? 'Online' : 'All friends'} · ${shown().length}`} people={shown()} />
      <Show when={shown().length === 0}>
        <Show
          when={props.onlineOnly && !query().trim()}
          fallback={<p class="friends-none soft">No friend of yours is called that.</p>}
        >
          <p class="friends-none soft">
            Nobody is around right now. <a href="/friends/all">See all friends</a>
          </p>
        </Show>
      </Show>
    </Show>
  );
}

function Pending() {
  const of = (kind: RelationshipKind) => peopleWho(kind).map((one) => one.user);
  return (
    <Show
      when={of('incoming').length + of('outgoing').length > 0}
      fallback={
        <Empty
          icon="inbox"
          title="Nothing waits"
          text="Friend requests that you get or send stand here until somebody answers."
        >
          <Button icon="invite" onClick={() => go('/friends/add')}>
            Add a friend
          </Button>
        </Empty>
      }
    >
      <Show when={of('incoming').length > 0}>
        <People
          title={`They ask you · ${of('incoming').length}`}
          people={of('incoming')}
          tools={(user) => (
            <>
              <Button small look="primary" onClick={() => void accept(user)} aria-label={`Accept ${nameOfUser(user)}`}>
                Accept
              </Button>
              <Button
                small
                look="ghost"
                onClick={() => void dropRequest(user)}
                aria-label={`Decline ${nameOfUser(user)}`}
              >
                Decline
              </Button>
            </>
          )}
        />
      </Show>
      <Show when={of('outgoing').length > 0}>
        <People
          title={`You asked · ${of('outgoing').length}`}
          people={of('outgoing')}
          tools={(user) => (
            <Button
              small
              onClick={() => void dropRequest(user)}
              aria-label={`Cancel the request to ${nameOfUser(user)}`}
            >
              Cancel
            </Button>
          )}
        />
      </Show>
    </Show>
  );
}

function Blocked() {
  const blocked = () => peopleWho('blocked').map((one) => one.user);
  return (
    <Show
      when={blocked().length > 0}
      fallback={
        <Empty
          icon="block"
          title="You blocked nobody"
          text="Somebody bothers you? Open their profile and choose Block. Nothing of theirs gets through to you then, and they are not told."
        />
      }
    >
      <People
        title={`Blocked · ${blocked().length}`}
        people={blocked()}
        tools={(user) => (
          <Button small onClick={() => void unblock(user)} aria-label={`Unblock ${nameOfUser(user)}`}>
            Unblock
          </Button>
        )}
      />
    </Show>
  );
}

function People(props: { title: string; people: readonly UserSummary[]; tools?: (user: UserSummary) => JSX.Element }) {
  let element!: HTMLUListElement;
  const move = roving(() => element);
  const byId = createMemo(() => new Map(props.people.map((user) => [user.id, user])));
  return (
    <section class="friends-people">
      <h2>{props.title}</h2>
      <ul ref={element} onKeyDown={move}>
        <For each={props.people.map((user) => user.id)}>
          {(id) => (
            <Show when={byId().get(id)}>{(user) => <PersonRow user={user()} tools={props.tools?.(user())} />}</Show>
          )}
        </For>
      </ul>
    </section>
  );
}

function Empty(props: { icon: 'people' | 'inbox' | 'block'; title: string; text: string; children?: JSX.Element }) {
  return (
    <div class="friends-empty">
      <span class="channel-start-sign">
        <Icon name={props.icon} size={28} />
      </span>
      <h2>{props.title}</h2>
      <p class="soft">{props.text}</p>
      {props.children}
    </div>
  );
}
