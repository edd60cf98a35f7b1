import { transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { call } from '../session/api.ts';
import { confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toast.tsx';
import { nameOfMember } from './people.ts';

/** Asks, then makes somebody else the owner. */
export function askToTransfer(space: Space, member: Member): void {
  confirm({
    title: `Hand ${space.name} over to ${nameOfMember(member)}?`,
    text: 'They become the owner and may do everything; you keep only your roles. Only they can give it back.',
    action: 'Hand over',
    danger: true,
    run: async () => {
      await call(transferSpace, { params: { space: space.id }, body: { user: member.user.id } });
      toast(`${nameOfMember(member)} owns ${space.name} now.`);
    },
  });
}
