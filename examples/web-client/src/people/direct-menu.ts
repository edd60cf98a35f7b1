import { updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { showProfile } from '../members/profile-card.tsx';
import { call } from '../session/api.ts';
import { nameOfSpace, partnerIn } from '../spaces/direct.ts';
import { spaceMarks } from '../spaces/marks.ts';
import { markSpaceRead } from '../spaces/mark-read.ts';
import { askToLeave } from '../spaces/space-menu.ts';
import { askForText } from '../ui/ask-text.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { showAddPeople } from './show-people-picker.ts';
import { personItems } from './person-menu.ts';

/** What one can do with a direct message or group. */
export function showDirectMenu(anchor: Anchor, space: Space): void {
  const partner = partnerIn(space)?.user;
  showMenu(anchor, nameOfSpace(space), [
    spaceMarks(space).unread > 0 && { label: 'Mark as read', icon: 'check', run: () => markSpaceRead(space) },
    partner && { label: 'Profile', icon: 'person', run: () => showProfile(anchor, space, partner, 'below') },
    space.kind === 'group' && { label: 'Add people', icon: 'invite', run: () => showAddPeople(space) },
    space.kind === 'group' && { label: 'Rename', icon: 'pencil', run: () => rename(space) },
    'line',
    ...(partner ? personItems(partner).filter((item) => item === 'line' || (item && item.icon !== 'message')) : []),
    'line',
    {
      label: space.kind === 'dm' ? 'Leave conversation' : 'Leave group',
      icon: 'leave',
      danger: true,
      run: () => askToLeave(space),
    },
  ]);
}

function rename(space: Space): void {
  askForText({
    title: 'Name of the group',
    label: 'Name',
    value: space.name,
    placeholder: nameOfSpace({ ...space, name: '' }),
    action: 'Save',
    run: (name) => call(updateSpace, { params: { space: space.id }, body: { name } }),
  });
}
