import type { PendingMessage } from '@folkmoot/protocol-spec/client/message-list.ts';
import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { nameOfMember } from '../members/people.ts';
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
  const why = () => {
    const code = props.pending.failure?.code ?? 'internal';
    if (code === 'network') return 'Not sent: no connection.';
    return `Not sent: ${Object.hasOwn(refusals, code) ? refusals[code as RefusalCode].message : 'something went wrong.'}`;
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
          <time>{failed() ? '' : 'sending…'}</time>
        </div>
      </Show>
      <div class="message-body">
        <Markdown source={props.pending.content} space={props.space} />
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
