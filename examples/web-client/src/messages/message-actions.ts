import {
  addReaction,
  deleteMessage,
  pinMessage,
  removeReaction,
  unpinMessage,
} from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { ChannelView, Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { pathTo } from '../app/router.ts';
import { rememberEmoji } from '../emoji/recent-emoji.ts';
import { showEmojiPicker } from '../emoji/emoji-picker.tsx';
import { nameIn } from '../members/people.ts';
import { showProfile } from '../members/profile-card.tsx';
import { showReportMessage } from '../moderation/report-dialog.tsx';
import { call } from '../session/api.ts';
import { isDirect } from '../spaces/direct.ts';
import { rightsIn } from '../spaces/rights.ts';
import { copyText } from '../ui/copy-text.ts';
import { myId } from '../spaces/world.ts';
import { confirm } from '../ui/confirm.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { orToast, toast } from '../ui/toast.tsx';
import { answer, edit } from './composer-requests.ts';
import { decodeMentions } from './mention-text.ts';
import { plainText } from './plain-text.ts';

/** A message where it stands. */
export interface Standing {
  space: Space;
  channel: ChannelView;
  message: Message;
}

const paramsOf = ({ space, channel, message }: Standing) => ({
  space: space.id,
  channel: channel.id,
  message: message.id,
});

/** What the person may do with a message. */
export function mayWith({ space, channel, message }: Standing) {
  const rights = rightsIn(space, channel);
  const mine = message.author.id === myId();
  // Its hub does not know it any more.
  if (message.orphaned) return { reply: false, edit: false, remove: false, react: false, pin: false };
  return {
    reply: rights.has('message.send'),
    edit: mine && rights.has('message.send'),
    remove: mine || rights.has('message.manage'),
    react: rights.has('reaction.add'),
    pin: rights.has(isDirect(space) ? 'message.send' : 'message.manage'),
  };
}

/** Adds the own reaction, or takes it back. */
export async function toggleReaction(at: Standing, emoji: string): Promise<void> {
  const mine = at.message.reactions.some((reaction) => reaction.emoji === emoji && reaction.me);
  if (!mine) rememberEmoji(emoji);
  await orToast(call(mine ? removeReaction : addReaction, { params: { ...paramsOf(at), emoji } }));
}

export function react(at: Standing, anchor: Anchor): void {
  showEmojiPicker(anchor, (emoji) => void toggleReaction(at, emoji));
}

export async function togglePin(at: Standing): Promise<void> {
  const { pinned } = at.message;
  if (await orToast(call(pinned ? unpinMessage : pinMessage, { params: paramsOf(at) })))
    toast(pinned ? 'Unpinned.' : 'Pinned.');
}

/** Deletes at once with `sure` (the Shift key), else asks. */
export function remove(at: Standing, sure = false): void {
  const run = () => call(deleteMessage, { params: paramsOf(at) });
  if (sure) return void orToast(run);
  const text = plainText(at.message.content, at.space);
  confirm({
    title: 'Delete this message?',
    text: `${nameIn(at.space.id, at.message.author)}: ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`,
    action: 'Delete',
    danger: true,
    run,
  });
}

function copyLink({ space, channel, message }: Standing): void {
  void copyText(location.origin + pathTo(space.id, channel.id, message.id), 'Link copied.');
}

/** Everything one can do with a message. */
export function showMessageMenu(anchor: Anchor, at: Standing): void {
  const may = mayWith(at);
  showMenu(anchor, 'Message', [
    may.reply && { label: 'Reply', icon: 'reply', hint: 'R', run: () => answer(at.message) },
    may.edit && { label: 'Edit', icon: 'pencil', hint: 'E', run: () => edit(at.message.id) },
    may.react && { label: 'React', icon: 'smile', hint: 'A', run: () => react(at, anchor) },
    may.pin && { label: at.message.pinned ? 'Unpin' : 'Pin', icon: 'pin', hint: 'P', run: () => togglePin(at) },
    'line',
    {
      label: 'Copy text',
      icon: 'copy',
      run: () => copyText(decodeMentions(at.message.content, at.space), 'Text copied.'),
    },
    { label: 'Copy link', icon: 'link', hint: 'C', run: () => copyLink(at) },
    { label: 'Profile of the author', icon: 'person', run: () => showProfile(anchor, at.space, at.message.author) },
    'line',
    at.message.author.id !== myId() && {
      label: 'Report',
      icon: 'flag',
      danger: true,
      run: () => showReportMessage(at.space, at.channel, at.message),
    },
    may.remove && { label: 'Delete', icon: 'trash', hint: 'Del', danger: true, run: () => remove(at) },
  ]);
}

/** The keys of the menu, on a focused message. Says whether it was one. */
export function messageKey(event: KeyboardEvent, at: Standing, anchor: HTMLElement): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const may = mayWith(at);
  const deeds: Record<string, (() => unknown) | false> = {
    r: may.reply && (() => answer(at.message)),
    e: may.edit && (() => edit(at.message.id)),
    a: may.react && (() => react(at, anchor)),
    '+': may.react && (() => react(at, anchor)),
    p: may.pin && (() => togglePin(at)),
    c: () => copyLink(at),
    Delete: may.remove && (() => remove(at, event.shiftKey)),
    ContextMenu: () => showMessageMenu(anchor, at),
    Enter: () => showMessageMenu(anchor, at),
  };
  const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!deed) return false;
  event.preventDefault();
  event.stopPropagation();
  deed();
  return true;
}
