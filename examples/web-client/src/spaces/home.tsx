import { createSignal, For, Show } from 'solid-js';
import { PlacesButton } from '../app/places-button.tsx';
import { go, pathTo } from '../app/router.ts';
import { ownNames } from '../session/server-info.ts';
import { hubOf } from '../members/handle.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { showCreateSpace } from './create-space.tsx';
import { communities } from './direct.ts';
import { inviteLinkOf, pathToInvite } from './invite-link.ts';
import { channelToOpen } from './last-channel.ts';
import { sayCount, spaceMarks } from './marks.ts';
import { world } from './world.ts';
import './home.css';

/** Where one stands outside of a community. */
export function Home() {
  const [invite, setInvite] = createSignal('');
  const follow = () => {
    const link = inviteLinkOf(invite(), ownNames());
    if (link) go(pathToInvite(link));
  };
  return (
    <main class="home">
      <header class="bar home-bar">
        <PlacesButton label="Communities and messages" />
        <span>Home</span>
      </header>
      <div class="home-inner">
        <h1>
          {communities().length === 0
            ? `Welcome, ${world.account?.display_name ?? ''}`
            : `Hello, ${world.account?.display_name ?? ''}`}
        </h1>
        <p class="soft">
          {communities().length === 0
            ? 'You are not in a community yet. Start one of your own, or paste the invite link that somebody gave you.'
            : 'Pick up where you left off.'}
        </p>
        <ul class="home-spaces">
          <For each={communities()}>
            {(space) => (
              <li>
                <a href={pathTo(space.id, channelToOpen(space))}>
                  <Avatar id={space.id} name={space.name} size={42} square />
                  <span class="grow">
                    <strong class="ellipsis">{space.name}</strong>
                    <span class="quiet ellipsis">
                      {space.member_count === 1 ? '1 member' : `${space.member_count} members`}
                      {hubOf(space) ? ` · ${hubOf(space)}` : ''}
                    </span>
                  </span>
                  <Show when={spaceMarks(space).mentions > 0}>
                    <span class="badge">{sayCount(spaceMarks(space).mentions)}</span>
                  </Show>
                  <Show when={spaceMarks(space).mentions === 0 && spaceMarks(space).unread > 0}>
                    <span class="home-new">new</span>
                  </Show>
                </a>
              </li>
            )}
          </For>
        </ul>
        <div class="home-ways">
          <section>
            <h2>Create a community</h2>
            <p class="soft">With channels to start from, your rules and your roles.</p>
            <Button look="primary" icon="plus" onClick={showCreateSpace}>
              Create a community
            </Button>
          </section>
          <section>
            <h2>Join with an invite</h2>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                follow();
              }}
            >
              <TextField
                label="Invite link"
                help="One of another homeserver works too."
                placeholder={`${location.origin}/invite/…`}
                autocomplete="off"
                value={invite()}
                onInput={setInvite}
                error={
                  invite().trim() && !inviteLinkOf(invite(), ownNames()) ? 'This is not an invite link.' : undefined
                }
              />
              <Button type="submit" disabled={!inviteLinkOf(invite(), ownNames())}>
                Join
              </Button>
            </form>
          </section>
        </div>
      </div>
    </main>
  );
}
