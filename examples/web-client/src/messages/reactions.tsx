import { listReactions } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createSignal, For, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { call } from '../session/api.ts';
import { IconButton } from '../ui/button.tsx';
import { mayWith, react, type Standing, toggleReaction } from './message-actions.ts';

/** The reactions below a message; who gave one is asked for when it is pointed at. */
export function Reactions(props: Standing) {
  const may = () => mayWith(props).react;
  return (
    <div class="reactions" role="group" aria-label="Reactions">
      <For each={props.message.reactions.map((reaction) => reaction.emoji)}>
        {(emoji) => <One at={props} emoji={emoji} />}
      </For>
      <Show when={may()}>
        <IconButton
          icon="smile"
          size={15}
          label="Add a reaction"
          class="reaction"
          tabindex={-1}
          onClick={(event) => react(props, event.currentTarget)}
        />
      </Show>
    </div>
  );
}

function One(props: { at: Standing; emoji: string }) {
  const [who, setWho] = createSignal('');
  const reaction = () => props.at.message.reactions.find((one) => one.emoji === props.emoji);
  const ask = async () => {
    const { space, channel, message } = props.at;
    const answer = await call(listReactions, {
      params: { space: space.id, channel: channel.id, message: message.id, emoji: props.emoji },
    }).catch(() => undefined);
    if (!answer) return;
    const names = answer.users.slice(0, 12).map((user) => nameIn(space.id, user));
    const more = answer.users.length - names.length;
    setWho(names.join(', ') + (more > 0 ? ` and ${more} more` : ''));
  };
  return (
    <Show when={reaction()}>
      {(shown) => (
        <button
          type="button"
          class="reaction"
          tabindex={-1}
          aria-pressed={shown().me}
          aria-label={`${props.emoji} ${shown().count}${shown().me ? ', with yours' : ''}`}
          title={who() || undefined}
          disabled={!shown().me && !mayWith(props.at).react}
          onPointerEnter={() => void ask()}
          onFocus={() => void ask()}
          onClick={() => void toggleReaction(props.at, props.emoji)}
        >
          {props.emoji}
          <span>{shown().count}</span>
        </button>
      )}
    </Show>
  );
}
