import { addToGroup } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { call } from '../session/api.ts';
import { orToast, toast } from '../ui/toast.tsx';
import { startDirect } from './relationships.ts';

/** Chooses whom to write to: one person or a group. */
export function showNewMessage(): void {
  void orToast(async () => {
    const { showPeoplePicker } = await import('./people-picker.tsx');
    showPeoplePicker({
      title: 'New message',
      intro: 'To one person, or to several as a group.',
      most: limits.groupMembers - 1,
      without: [],
      action: (count) => (count > 1 ? `Create a group of ${count + 1}` : 'Write'),
      run: startDirect,
    });
  });
}

/** Invites more people into a group. */
export function showAddPeople(space: Space): void {
  const inIt = space.people ?? [];
  void orToast(async () => {
    const { showPeoplePicker } = await import('./people-picker.tsx');
    showPeoplePicker({
      title: 'Add people',
      intro: 'They see what was written before, too.',
      most: limits.groupMembers - inIt.length,
      without: inIt.map((person) => person.user.id),
      action: (count) => (count > 1 ? `Add ${count} people` : 'Add'),
      run: async (users) => {
        await call(addToGroup, { params: { space: space.id }, body: { users: [...users] } });
        toast(users.length > 1 ? 'They were invited.' : 'Invited.');
      },
    });
  });
}
