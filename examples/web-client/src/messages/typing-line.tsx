import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { typingIn } from './typing.ts';

/** Who is writing right now. */
export function TypingLine(props: { space: Space; channel: string }) {
  const text = () => {
    const names = typingIn(props.channel).map((user) => nameIn(props.space.id, user));
    if (names.length === 0) return '';
    if (names.length === 1) return `${names[0]} is typing`;
    if (names.length === 2) return `${names[0]} and ${names[1]} are typing`;
    return 'Several people are typing';
  };
  return (
    <p class="typing-line" aria-live="off">
      <Show when={text()}>
        <span class="typing-dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <span class="ellipsis">{text()}…</span>
      </Show>
    </p>
  );
}
