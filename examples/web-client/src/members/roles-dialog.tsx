import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Dialog } from '../ui/dialog.tsx';
import { showLayer } from '../ui/layers.tsx';
import { memberOf, nameOfMember } from './people.ts';
import { RoleChoice } from './role-choice.tsx';
import { findSpace } from '../spaces/world.ts';

/** Gives and takes the roles of a member. */
export function showRolesDialog(space: Space, member: Member): void {
  showLayer((close) => (
    <Dialog title={`Roles of ${nameOfMember(member)}`} onClose={close}>
      <RoleChoice space={findSpace(space.id) ?? space} member={memberOf(space.id, member.user.id) ?? member} />
    </Dialog>
  ));
}
