import { mentionsMember } from '@folkmoot/protocol-spec/client/reducer.ts';
import { createEffect } from 'solid-js';
import { onEvent } from '../session/live.ts';
import { nameIn } from '../members/people.ts';
import { findChannel, findSpace, myId, world } from '../spaces/world.ts';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { spaceMarks } from '../spaces/marks.ts';
import { plainText } from '../messages/plain-text.ts';
import { go, pathTo, place } from './router.ts';

const placeNames: Record<string, string> = { friends: 'Friends', requests: 'Message requests' };

/** Keeps the title of the page: how much waits, and where one is. */
export function keepTitle(): void {
  createEffect(() => {
    const here = place();
    const space = here.at === 'space' ? findSpace(here.space) : undefined;
    const channel = here.at === 'space' ? findChannel(here.space, here.channel) : undefined;
    let unread = 0;
    let mentions = 0;
    for (const each of world.spaces) {
      const marks = spaceMarks(each);
      unread += marks.unread;
      mentions += marks.mentions;
    }
    const waiting = mentions || unread;
    const name = [
      channel && !isDirect(space) && `#${channel.name}`,
      space && nameOfSpace(space),
      placeNames[here.at],
      'Folkmoot',
    ]
      .filter(Boolean)
      .join(' · ');
    document.title = waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ${name}` : name;
  });
}

/** Shows a desktop notification for a mention or a direct message while the page is out of sight, where the person allowed it. */
export function announceMentions(): void {
  onEvent('message.created', ({ message }) => {
    const space = findSpace(message.space);
    if (!space || message.author.id === myId() || document.hasFocus()) return;
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    if (world.account?.presence.status === 'dnd' || !(isDirect(space) || mentionsMember(message.mentions, space.me)))
      return;
    const channel = findChannel(message.space, message.channel);
    const where =
      space.kind === 'dm'
        ? ''
        : isDirect(space)
          ? ` in ${nameOfSpace(space)}`
          : ` in #${channel?.name ?? ''}, ${space.name}`;
    const note = new Notification(`${nameIn(space.id, message.author)}${where}`, {
      body: plainText(message.content, space).slice(0, 200),
      tag: `${message.channel}:${message.id}`,
    });
    note.onclick = () => {
      focus();
      go(pathTo(message.space, message.channel, message.id));
      note.close();
    };
  });
}
