import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { handleOf } from '../members/handle.ts';
import { myId, world } from '../spaces/world.ts';
import { copyText } from '../ui/copy-text.ts';
import type { MenuItem } from '../ui/menu.tsx';
import {
  accept,
  askFriendOrToast,
  block,
  dropRequest,
  relationTo,
  unblock,
  unfriend,
  writeTo,
} from './relationships.ts';

/** What one can do with a person anywhere: write, be friends, block. Empty for oneself and deleted accounts. */
export function personItems(user: UserSummary): (MenuItem | 'line' | false)[] {
  if (user.id === myId() || user.handle === null) return [];
  const relation = relationTo(user.id);
  return [
    relation !== 'blocked' && { label: 'Write a message', icon: 'message', run: () => writeTo(user) },
    relation === undefined &&
      !user.bot && { label: 'Ask to be friends', icon: 'invite', run: () => void askFriendOrToast(user) },
    relation === 'incoming' && { label: 'Accept friend request', icon: 'check', run: () => void accept(user) },
    (relation === 'incoming' || relation === 'outgoing') && {
      label: relation === 'incoming' ? 'Decline friend request' : 'Cancel friend request',
      icon: 'close',
      run: () => void dropRequest(user),
    },
    'line',
    { label: 'Copy handle', icon: 'copy', run: () => copyText(fullHandleOf(user), 'Handle copied.') },
    'line',
    relation === 'friend' && { label: 'Remove friend', icon: 'minus', danger: true, run: () => unfriend(user) },
    relation === 'blocked'
      ? { label: 'Unblock', icon: 'check', run: () => void unblock(user) }
      : { label: 'Block', icon: 'block', danger: true, run: () => block(user) },
  ];
}

/** Handle by which somebody is found from everywhere. */
function fullHandleOf(user: UserSummary): string {
  return user.home ? handleOf(user) : `${user.handle}@${world.account?.home ?? ''}`;
}
