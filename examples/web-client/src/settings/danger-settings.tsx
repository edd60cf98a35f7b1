import { deleteSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { go } from '../app/router.ts';
import { searchMembers } from '../members/people.ts';
import { handleOf } from '../members/handle.ts';
import { askToTransfer } from '../members/transfer.ts';
import { call } from '../session/api.ts';
import { isOwner } from '../spaces/rights.ts';
import { askToLeave } from '../spaces/space-menu.ts';
import { myId } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { toast } from '../ui/toast.tsx';

/** Leaving, handing over, deleting. */
export function DangerSettings(props: { space: Space }) {
  const [name, setName] = createSignal('');
  const [unknown, setUnknown] = createSignal(false);
  const handOver = async () => {
    const wanted = name().trim().replace(/^@/, '').toLowerCase();
    const found = wanted ? await searchMembers(props.space.id, wanted.split('@')[0]!, 20).catch(() => []) : [];
    const member = found.find((one) => handleOf(one.user) === wanted && one.user.id !== myId());
    setUnknown(!member);
    if (member) askToTransfer(props.space, member);
  };
  return (
    <Show
      when={isOwner(props.space)}
      fallback={
        <section class="form">
          <h2>Leave</h2>
          <p class="soft">What you wrote stays. To come back you need an invite.</p>
          <Button look="danger" icon="leave" onClick={() => askToLeave(props.space)}>
            Leave {props.space.name}
          </Button>
        </section>
      }
    >
      <section>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void handOver();
          }}
        >
          <h2>Hand over</h2>
          <p class="soft">Another member becomes the owner. As the owner you cannot leave before.</p>
          <TextField
            label="Handle of the member"
            placeholder="@handle"
            value={name()}
            error={unknown() ? 'No member has this handle.' : undefined}
            onInput={setName}
          />
          <Button type="submit" icon="crown" disabled={!name().trim()}>
            Hand over…
          </Button>
        </form>
      </section>
      <section class="form">
        <h2>Delete the community</h2>
        <p class="soft">
          All channels and everything that was written in them is erased, for all members and for good.
        </p>
        <Button
          look="danger"
          icon="trash"
          onClick={() => showLayer((close) => <DeleteSpace space={props.space} close={close} />)}
        >
          Delete {props.space.name}
        </Button>
      </section>
    </Show>
  );
}

function DeleteSpace(props: { space: Space; close: () => void }) {
  const { name, id } = props.space;
  const [typed, setTyped] = createSignal('');
  const deed = createDeed(async () => {
    await call(deleteSpace, { params: { space: id } });
    props.close();
    go('/', { replace: true });
    toast(`${name} was deleted.`);
  });
  return (
    <DeedDialog
      title={`Delete ${name}?`}
      intro="For all members and for good."
      onClose={props.close}
      deed={deed}
      action="Delete for good"
      danger
      disabled={typed() !== name}
    >
      <TextField label={`Type “${name}” to go on`} autofocus autocomplete="off" value={typed()} onInput={setTyped} />
    </DeedDialog>
  );
}
