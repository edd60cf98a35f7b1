import { listPins } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, For, onCleanup, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Problem } from '../ui/problem.tsx';
import { sayMoment } from '../ui/time.ts';
import { Markdown } from './markdown.tsx';
import { mayWith, togglePin } from './message-actions.ts';
import './pins.css';

/** Pinned messages of the channel, the newest pin first. */
export function Pins(props: { space: Space; channel: ChannelView; onJump: (message: string) => void }) {
  const [pins, { refetch }] = createResource(() =>
    call(listPins, { params: { space: props.space.id, channel: props.channel.id } }).then((answer) => answer.messages),
  );
  const ours = ({ channel }: { channel: string }) => channel === props.channel.id && void refetch();
  const ends = [onEvent('pin.added', ours), onEvent('pin.removed', ours), onEvent('message.deleted', ours)];
  onCleanup(() => ends.forEach((end) => end()));
  return (
    <section class="pins" role="dialog" aria-label="Pinned messages">
      <h2>Pinned messages</h2>
      <Problem of={pins.error} />
      <Show when={!pins.error && pins.latest?.length === 0}>
        <p class="soft">
          Nothing is pinned here. Who may manage messages pins one from its menu, so that it is easy to find.
        </p>
      </Show>
      <ul>
        <For each={pins.error ? [] : pins.latest}>
          {(message) => (
            <li>
              <div class="row">
                <Avatar id={message.author.id} name={nameIn(props.space.id, message.author)} size={26} />
                <strong class="ellipsis">{nameIn(props.space.id, message.author)}</strong>
                <time class="grow quiet">{sayMoment(message.ts, now())}</time>
                <Button small onClick={() => props.onJump(message.id)}>
                  Jump
                </Button>
                <Show when={mayWith({ ...props, message }).pin}>
                  <IconButton
                    icon="close"
                    size={15}
                    label="Unpin"
                    onClick={() => void togglePin({ ...props, message: { ...message, pinned: true } })}
                  />
                </Show>
              </div>
              <Markdown source={message.content} space={props.space} />
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
