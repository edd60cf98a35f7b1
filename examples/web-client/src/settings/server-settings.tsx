import {
  blockServer,
  listBlockedServers,
  unblockServer,
} from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { isRefusal, sayError } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import { serverNameOf } from '../session/server-name.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Button } from '../ui/button.tsx';
import { confirm } from '../ui/confirm.tsx';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { sayDate } from '../ui/time.ts';
import { orWait, toast } from '../ui/toast.tsx';

/** Homeservers that a community has nothing to do with. */
export function ServerSettings(props: { space: Space }) {
  const [blocked, { refetch }] = createResource(() =>
    call(listBlockedServers, { params: { space: props.space.id } }).then(({ servers }) => servers),
  );
  const again = () => void refetch();
  const lift = (server: string) =>
    confirm({
      title: `Let people of ${server} in again?`,
      text: 'They can join with an invite. Who was a member before does not come back by itself.',
      action: 'Lift the block',
      run: () => call(unblockServer, { params: { space: props.space.id, server } }).then(again),
    });
  return (
    <div class="stack">
      <p class="soft">
        Members can have their accounts on other homeservers. Where too much trouble comes from one of them, block it:
        its users are out at once, cannot join, and it learns nothing more of this community.
      </p>
      <div>
        <Button look="primary" icon="block" onClick={() => showBlock(props.space, again)}>
          Block a homeserver
        </Button>
      </div>
      <Problem of={blocked.error} />
      <Show when={!blocked.error && blocked.latest?.length === 0}>
        <p class="list-empty">No homeserver is blocked. To keep one person out, ban them instead.</p>
      </Show>
      <ul class="list">
        <For each={blocked.error ? [] : (blocked.latest ?? [])}>
          {({ server, by, reason, ts }) => (
            <li>
              <Icon name="block" size={20} />
              <span class="grow">
                <strong>{server}</strong> <span class="soft">{reason || 'No reason was given.'}</span>
                <span class="quiet">
                  by {nameOfUser(by)}, {sayDate(ts)}
                </span>
              </span>
              <Button small aria-label={`Lift the block of ${server}`} onClick={() => lift(server)}>
                Lift
              </Button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

function showBlock(space: Space, done: () => void): void {
  showLayer((close) => {
    const [typed, setTyped] = createSignal('');
    const [reason, setReason] = createSignal('');
    const server = () => serverNameOf(typed());
    const deed = createDeed(async () => {
      const body = reason().trim() ? { reason: reason().trim() } : {};
      await orWait(call(blockServer, { params: { space: space.id, server: server()! }, body }));
      close();
      done();
      toast(`${server()} is blocked.`);
    });
    const problem = () => {
      if (typed().trim() !== '' && !server()) return 'This is not the name of a homeserver, such as b.example.';
      if (isRefusal(deed.problem(), 'forbidden')) return 'This community lives there, so it cannot be blocked.';
      if (isRefusal(deed.problem(), 'rank_too_low')) return 'Somebody from there stands as high as you, or higher.';
      return deed.problem() === undefined ? undefined : sayError(deed.problem());
    };
    return (
      <DeedDialog
        title="Block a homeserver"
        intro="All members from there leave the community at once, also those who did nothing."
        onClose={close}
        deed={{ ...deed, problem: () => undefined }}
        action="Block"
        danger
        disabled={!server()}
      >
        <TextField
          label="Homeserver"
          placeholder="b.example"
          maxLength={300}
          autofocus
          spellcheck={false}
          value={typed()}
          error={problem()}
          onInput={(text) => {
            deed.clear();
            setTyped(text);
          }}
        />
        <TextField
          label="Reason (optional)"
          help="Stands in the audit log."
          maxLength={512}
          value={reason()}
          onInput={setReason}
        />
      </DeedDialog>
    );
  });
}
