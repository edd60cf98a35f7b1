import { getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { ChannelView, Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createMemo, Show } from 'solid-js';
import { createStore } from 'solid-js/store';
import { nameIn } from '../members/people.ts';
import { call } from '../session/api.ts';
import { messagesOf } from './open-channels.ts';
import { plainText } from './plain-text.ts';

/** Answered messages that are not in the list, asked for once; `null`: not there any more. */
const [others, setOthers] = createStore<Record<string, Message | null>>({});
const asked = new Set<string>();

function otherMessage(space: string, channel: string, id: string): Message | null | undefined {
  const key = `${channel}:${id}`;
  if (!asked.has(key)) {
    asked.add(key);
    call(getMessage, { params: { space, channel, message: id } }).then(
      (message) => setOthers(key, message),
      () => setOthers(key, null),
    );
  }
  return others[key];
}

/** What a message answers, in one line. */
export function ReplyLine(props: {
  space: Space;
  channel: ChannelView;
  message: string;
  onJump: (message: string) => void;
}) {
  const found = createMemo(
    () =>
      messagesOf(props.space.id, props.channel.id).list.messages.find((message) => message.id === props.message) ??
      otherMessage(props.space.id, props.channel.id, props.message),
  );
  return (
    <div class="reply-line">
      <Show when={found()} fallback={<span class="quiet">{found() === null ? 'The message was deleted.' : '…'}</span>}>
        {(message) => (
          <button type="button" class="ellipsis" tabindex={-1} onClick={() => props.onJump(props.message)}>
            <span class="hidden-text">In reply to </span>
            <strong>{nameIn(props.space.id, message().author)}</strong>{' '}
            {plainText(message().content, props.space).slice(0, 160)}
          </button>
        )}
      </Show>
    </div>
  );
}
