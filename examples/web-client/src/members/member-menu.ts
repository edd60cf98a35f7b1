import { unbanUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { call } from '../session/api.ts';
import { myId } from '../spaces/world.ts';
import { showReportUser } from '../moderation/report-dialog.tsx';
import { personItems } from '../people/person-menu.ts';
import { isDirect } from '../spaces/direct.ts';
import { isOwner, rightsIn, standsAbove } from '../spaces/rights.ts';
import { copyText } from '../ui/copy-text.ts';
import { confirm } from '../ui/confirm.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { showRolesDialog } from './roles-dialog.tsx';
import { endTimeout, showBan, showKick, showTimeout } from './moderation-dialogs.tsx';
import { showNickDialog } from './nick-dialog.tsx';
import { mentionInComposer } from '../messages/composer-requests.ts';
import { askToTransfer } from './transfer.ts';

/** What one can do with a member; `openProfile` is left out where the profile is what the menu belongs to. */
export function showMemberMenu(
  anchor: Anchor,
  space: Space,
  member: Member,
  openProfile?: (anchor: Anchor, space: Space, user: UserSummary) => void,
): void {
  const rights = rightsIn(space);
  const isMe = member.user.id === myId();
  const above = standsAbove(space, member);
  const timedOut = member.timeout !== null && member.timeout > Date.now();
  showMenu(anchor, member.user.display_name, [
    openProfile && { label: 'Profile', icon: 'person', run: () => openProfile(anchor, space, member.user) },
    { label: 'Mention', icon: 'at', run: () => mentionInComposer(member) },
    ...personItems(member.user),
    'line',
    (isMe ? rights.has('nick.change') : rights.has('nick.manage') && above) && {
      label: 'Change nick name',
      icon: 'pencil',
      run: () => showNickDialog(space, member),
    },
    rights.has('role.manage') && { label: 'Roles', icon: 'shield', run: () => showRolesDialog(space, member) },
    'line',
    above &&
      rights.has('member.timeout') &&
      !timedOut && { label: 'Time out', icon: 'clock', danger: true, run: () => showTimeout(space, member) },
    above &&
      rights.has('member.timeout') &&
      timedOut && { label: 'End time-out', icon: 'clock', run: () => endTimeout(space, member) },
    above &&
      rights.has('member.kick') && { label: 'Kick', icon: 'leave', danger: true, run: () => showKick(space, member) },
    above &&
      rights.has('member.ban') && { label: 'Ban', icon: 'close', danger: true, run: () => showBan(space, member.user) },
    isOwner(space) &&
      !isDirect(space) &&
      !isMe && {
        label: 'Hand over the community',
        icon: 'crown',
        danger: true,
        run: () => askToTransfer(space, member),
      },
    'line',
    !isMe && { label: 'Report', icon: 'flag', danger: true, run: () => showReportUser(member.user, space) },
    { label: 'Copy user id', icon: 'copy', run: () => copyText(member.user.id, 'Id copied.') },
  ]);
}

/** Asks, then lifts a ban. */
export function askToUnban(space: Space, user: { id: string; display_name: string }, done: () => void): void {
  confirm({
    title: `Lift the ban of ${user.display_name}?`,
    text: 'They can join again with an invite.',
    action: 'Lift ban',
    run: async () => {
      await call(unbanUser, { params: { space: space.id, user: user.id } });
      done();
    },
  });
}
