import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { go, pathTo } from '../app/router.ts';
import { call } from '../session/api.ts';
import { showListingDialog } from '../members/listing-dialog.tsx';
import { showNickDialog } from '../members/nick-dialog.tsx';
import { myMember } from '../members/people.ts';
import { confirm } from '../ui/confirm.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { toast } from '../ui/toast.tsx';
import { isDirect, nameOfSpace } from './direct.ts';
import { showCreateChannel } from './create-channel.tsx';
import { showInviteDialog } from './invite-dialog.tsx';
import { markSpaceRead } from './mark-read.ts';
import { isOwner, rightsIn } from './rights.ts';
import { spaceMarks } from './marks.ts';

/** Whether there is anything in the settings of a community that the person may see. */
function maySeeSettings(space: Space): boolean {
  const rights = rightsIn(space);
  const opening = [
    'space.manage',
    'role.manage',
    'channel.manage',
    'audit.view',
    'invite.manage',
    'member.ban',
    'member.kick',
    'member.timeout',
  ] as const;
  return isOwner(space) || opening.some((permission) => rights.has(permission));
}

/** What one can do with a community. */
export function showSpaceMenu(anchor: Anchor, space: Space): void {
  const rights = rightsIn(space);
  showMenu(anchor, space.name, [
    spaceMarks(space).unread > 0 && { label: 'Mark all as read', icon: 'check', run: () => markSpaceRead(space) },
    'line',
    rights.has('invite.create') && { label: 'Invite people', icon: 'invite', run: () => showInviteDialog(space) },
    maySeeSettings(space) && {
      label: 'Community settings',
      icon: 'gear',
      run: () => go(`${pathTo(space.id)}/settings`),
    },
    rights.has('channel.manage') && {
      label: 'Create channel',
      icon: 'plus',
      run: () => showCreateChannel(space, null),
    },
    'line',
    rights.has('nick.change') && {
      label: 'Change nick name',
      icon: 'pencil',
      run: () => showNickDialog(space, myMember(space)),
    },
    !isOwner(space) && { label: 'You in the member list', icon: 'people', run: () => showListingDialog(space) },
    !isOwner(space) && { label: 'Leave', icon: 'leave', danger: true, run: () => askToLeave(space) },
  ]);
}

/** Asks, then leaves. */
export function askToLeave(space: Space): void {
  confirm({
    title: isDirect(space) ? `Leave the conversation with ${nameOfSpace(space)}?` : `Leave ${space.name}?`,
    text: isDirect(space)
      ? 'What you wrote stays for the others. It goes from your list.'
      : 'What you wrote stays. To come back you need an invite.',
    action: 'Leave',
    danger: true,
    run: async () => {
      await call(leaveSpace, { params: { space: space.id } });
      go('/');
      toast(isDirect(space) ? 'You left the conversation.' : `You left ${space.name}.`);
    },
  });
}
