import { updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { myId } from '../spaces/world.ts';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { Switch } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { tellMembers } from './people.ts';
import { unlistedHelp } from './unlisted-help.ts';

/** Whether one stands in the member list of a community. */
export function showListingDialog(space: Space): void {
  showLayer((close) => {
    const [unlisted, setUnlisted] = createSignal(space.me.unlisted === true);
    const deed = createDeed(async () => {
      const params = { space: space.id, user: myId() };
      tellMembers(space.id, [await call(updateMember, { params, body: { unlisted: unlisted() } })]);
      close();
    });
    return (
      <DeedDialog
        title="You in the member list"
        intro={`Only in ${space.name}. Whoever saw you before may remember it.`}
        onClose={close}
        deed={deed}
        action="Save"
      >
        <Switch label="Stay off the member list" help={unlistedHelp} checked={unlisted()} onChange={setUnlisted} />
      </DeedDialog>
    );
  });
}
