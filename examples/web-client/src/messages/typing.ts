import { startTyping } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { myId } from '../spaces/world.ts';

interface Typing {
  channel: string;
  user: UserSummary;
  /** By the clock of this device, which may differ from that of the homeserver. */
  until: number;
}

const [typing, setTyping] = createSignal<readonly Typing[]>([]);
const lastsMs = 10_000;
const sayEveryMs = 7_000;
const said = new Map<string, number>();

onEvent('typing.started', ({ channel, user }) => {
  if (user.id === myId()) return;
  const others = typing().filter((one) => one.channel !== channel || one.user.id !== user.id);
  setTyping([...others, { channel, user, until: Date.now() + lastsMs }]);
});
onEvent('message.created', ({ message }) =>
  setTyping(typing().filter((one) => one.channel !== message.channel || one.user.id !== message.author.id)),
);
setInterval(() => {
  const left = typing().filter((one) => one.until > Date.now());
  if (left.length !== typing().length) setTyping(left);
}, 1000);

/** Who is typing in a channel. */
export function typingIn(channel: string): UserSummary[] {
  return typing()
    .filter((one) => one.channel === channel)
    .map((one) => one.user);
}

/** Says that one is typing, every few seconds. */
export function sayTyping(space: string, channel: string): void {
  const now = Date.now();
  if (now - (said.get(channel) ?? 0) < sayEveryMs) return;
  said.set(channel, now);
  // That somebody is typing is never worth an error.
  call(startTyping, { params: { space, channel } }).catch(() => {});
}

/** After a message the next keystroke is told anew. */
export function typingEnded(channel: string): void {
  said.delete(channel);
}
