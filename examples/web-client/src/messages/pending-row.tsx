import type { PendingMessage } from '@folkmoot/protocol-spec/client/message-list.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { hubOf } from '../members/handle.ts';
import { nameOfMember } from '../members/people.ts';
import { connection } from '../session/live.ts';
import { sayRefusal } from './waiting.ts';
import { Markdown } from './markdown.tsx';

interface PendingRowProps {
  space: Space;
  pending: PendingMessage;
  head: boolean;
  onRetry: () => void;
  onDiscard: () => void;
}

/** A message on its way, or one that did not get there. */
export function PendingRow(props: PendingRowProps) {
  const failed = () => props.pending.state === 'failed';
  const hub = () => hubOf(props.space);
  // A homeserver that is known to be away needs no eight seconds to show that.
  const waits = () => props.pending.state === 'waiting' || (!failed() && props.space.hub_state === 'away');
  const why = () => {
    const code = props.pending.failure?.code ?? 'internal';
    if (code === 'network')
      return connection() === 'ready'
        ? 'Not sent: no connection.'
        : 'Not sent yet: it goes out once you are connected.';
    return `${hub() ? `Not taken by ${hub()}` : 'Not sent'}: ${sayRefusal(code)}`;
  };
  return (
    <article
      class="message"
      classList={{ head: props.head, 'message-pending': !failed(), 'message-failed': failed() }}
      aria-busy={!failed()}
    >
      <Show when={props.head} fallback={<span />}>
        <span class="message-avatar">
          <Avatar id={props.space.me.user.id} name={nameOfMember(props.space.me)} size={38} />
        </span>
        <div class="message-head">
          <span class="author">{nameOfMember(props.space.me)}</span>
          <time>{failed() || waits() ? '' : 'sending…'}</time>
        </div>
      </Show>
      <div class="message-body">
        <Markdown source={props.pending.content} space={props.space} />
        <Show when={waits()}>
          <p class="message-waiting" title="It is kept on your homeserver and handed on by itself.">
            <Icon name="clock" size={14} />
            waiting for {hub() ?? 'the homeserver'}
          </p>
        </Show>
        <Show when={failed()}>
          <p class="message-failure" role="alert">
            <Icon name="warn" size={15} />
            {why()}
            <button type="button" onClick={() => props.onRetry()}>
              Try again
            </button>
            <button type="button" onClick={() => props.onDiscard()}>
              Discard
            </button>
          </p>
        </Show>
      </div>
    </article>
  );
}
