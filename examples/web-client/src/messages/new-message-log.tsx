import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, onCleanup } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { onEvent } from '../session/live.ts';
import { myId } from '../spaces/world.ts';
import { plainText } from './plain-text.ts';

/** Reads out what arrives. The list itself is no live region: scrolling in it would be read out too. */
export function NewMessageLog(props: { space: Space; channel: string }) {
  const [lines, setLines] = createSignal<readonly string[]>([]);
  const end = onEvent('message.created', ({ message }) => {
    if (message.channel !== props.channel || message.author.id === myId()) return;
    setLines(
      [...lines(), `${nameIn(props.space.id, message.author)}: ${plainText(message.content, props.space)}`].slice(-5),
    );
  });
  onCleanup(end);
  return (
    <div class="hidden-text" role="log" aria-live="polite" aria-label="New messages">
      <For each={lines()}>{(line) => <p>{line}</p>}</For>
    </div>
  );
}
