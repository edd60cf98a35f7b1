import assert from 'node:assert/strict';
import type { Person } from '../../person.ts';
import type { PuppetHub } from '../../puppet/puppet-hub.ts';

/** Waits for the last of these, and looks that nothing else of the channel was shown, and nothing twice. */
export async function showsExactly(reader: Person, hub: PuppetHub, ...contents: string[]): Promise<void> {
  await reader.sees('message.created', (d) => d.message.content === contents.at(-1) && d.message.space === hub.space);
  const events = reader.gateway!.events();
  const shown = events.flatMap((event) => (event.t === 'message.created' ? [event.d.message] : []));
  assert.deepEqual(
    shown.filter(({ space }) => space === hub.space).map(({ content }) => content),
    contents,
  );
}

export async function textsOf(reader: Person, hub: PuppetHub, channel = hub.channel): Promise<string[]> {
  const { messages } = await reader.reads({ space: hub.space, channel }, { limit: 100 });
  return messages.map(({ content }) => content);
}
