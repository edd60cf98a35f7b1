import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { dayOf } from '../ui/time.ts';
import { keyOf } from './search-pages.ts';

export type Item = { key: string; message: Message } | { key: string; space: string; channel: string; day: number };

/** Results with a heading where another channel begins; within one channel, where another day does. */
export function itemsOf(messages: readonly Message[], oneChannel: boolean): Item[] {
  let last: Message | undefined;
  return messages.flatMap((message) => {
    const isNew = !last || last.channel !== message.channel || (oneChannel && dayOf(last.ts) !== dayOf(message.ts));
    last = message;
    const item = { key: keyOf(message), message };
    const { space, channel, ts } = message;
    return isNew ? [{ key: `#${item.key}`, space, channel, day: dayOf(ts) }, item] : [item];
  });
}
