import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { markRead } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { ChannelView } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createSignal, onCleanup } from 'solid-js';
import { call } from '../session/api.ts';
import type { ChannelMessages } from './channel-messages.ts';

const settleMs = 400;

interface Reading {
  messages: ChannelMessages;
  channel: () => ChannelView;
  atEnd: () => boolean;
}

/** Moves the read marker while the newest messages are really in front of somebody. */
export function keepRead({ messages, channel, atEnd }: Reading): void {
  const [looking, setLooking] = createSignal(document.hasFocus());
  const look = () => setLooking(document.hasFocus() && document.visibilityState === 'visible');
  for (const name of ['focus', 'blur'] as const) addEventListener(name, look);
  document.addEventListener('visibilitychange', look);
  onCleanup(() => {
    for (const name of ['focus', 'blur'] as const) removeEventListener(name, look);
    document.removeEventListener('visibilitychange', look);
  });
  let asked: string | null = null;
  createEffect(() => {
    const { id, view } = channel();
    const newest = messages.list.messages.at(-1)?.id;
    if (!looking() || !atEnd() || messages.list.more_after || !newest) return;
    // `last` can be newer than every message that is left, when the newest one was deleted.
    const upTo = comparePositions(view.last, newest) > 0 ? view.last! : newest;
    if (view.unread === 0 && view.mentions === 0) return;
    if (comparePositions(upTo, view.read) <= 0 || comparePositions(upTo, asked) <= 0) return;
    const timer = setTimeout(() => {
      asked = upTo;
      call(markRead, { params: { space: messages.space, channel: id }, body: { message: upTo } }).catch(
        () => (asked = null),
      );
    }, settleMs);
    onCleanup(() => clearTimeout(timer));
  });
}
