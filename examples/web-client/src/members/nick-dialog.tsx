import { updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { myId } from '../spaces/world.ts';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { tellMembers } from './people.ts';

/** Sets how a member is called in a community. */
export function showNickDialog(space: Space, member: Member): void {
  showLayer((close) => {
    const [nick, setNick] = createSignal(member.nick ?? '');
    const deed = createDeed(async () => {
      const changed = await call(updateMember, {
        params: { space: space.id, user: member.user.id },
        body: { nick: nick().trim() || null },
      });
      tellMembers(space.id, [changed]);
      close();
    });
    return (
      <DeedDialog
        title={member.user.id === myId() ? 'Your nick name here' : `Nick name of ${member.user.display_name}`}
        intro={`Shown only in ${space.name}.`}
        onClose={close}
        deed={deed}
        action="Save"
      >
        <TextField
          label="Nick name"
          placeholder={member.user.display_name}
          help="Leave it empty to be called by the display name."
          maxLength={64}
          autofocus
          value={nick()}
          onInput={setNick}
        />
      </DeedDialog>
    );
  });
}
