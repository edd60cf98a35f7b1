import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { sayFull } from '../ui/time.ts';
import { Markdown } from './markdown.tsx';

/** What a message says, and that it was edited. */
export function MessageText(props: { space: Space; message: Message }) {
  return (
    <Markdown
      source={props.message.content}
      space={props.space}
      after={
        <Show when={props.message.edited}>
          {(ts) => (
            <span class="message-edited" title={`Edited ${sayFull(ts())}`}>
              edited
            </span>
          )}
        </Show>
      }
    />
  );
}
