import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { setPlaces } from '../app/drawers.ts';
import { go, pathTo } from '../app/router.ts';
import { Button } from '../ui/button.tsx';
import { channelToOpen } from './last-channel.ts';
import { showCreateChannel } from './create-channel.tsx';
import { rightsIn } from './rights.ts';

/** A community without the channel that was asked for. */
export function NoChannel(props: { space: Space; wanted: string | undefined }) {
  const other = () => channelToOpen(props.space);
  return (
    <main class="nowhere">
      <h1>{props.wanted ? 'This channel is not here' : 'No text channel yet'}</h1>
      <p>
        {props.wanted
          ? 'It was deleted, or your roles do not let you see it.'
          : rightsIn(props.space).has('channel.manage')
            ? 'Create the first one, so that people have a place to talk.'
            : 'As soon as somebody creates one that you may see, it appears on the left.'}
      </p>
      <div class="row">
        <Show when={other()}>
          {(id) => (
            <Button look="primary" onClick={() => go(pathTo(props.space.id, id()), { replace: true })}>
              Open another channel
            </Button>
          )}
        </Show>
        <Show when={!other() && rightsIn(props.space).has('channel.manage')}>
          <Button look="primary" icon="plus" onClick={() => showCreateChannel(props.space, null)}>
            Create a channel
          </Button>
        </Show>
        <Button onClick={() => setPlaces(true)} class="only-narrow">
          Channels
        </Button>
      </div>
    </main>
  );
}

/** An address that leads to no community of this person. */
export function NoSpace() {
  return (
    <main class="nowhere">
      <h1>There is nothing here for you</h1>
      <p>This community does not exist, or you are not a member. Ask somebody who is in it for an invite link.</p>
      <Button look="primary" onClick={() => go('/')}>
        To your communities
      </Button>
    </main>
  );
}
