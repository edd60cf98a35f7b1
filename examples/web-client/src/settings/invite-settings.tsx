import { listInvites, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, For, onCleanup, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { showInviteDialog } from '../spaces/invite-dialog.tsx';
import { rightsIn } from '../spaces/rights.ts';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Problem } from '../ui/problem.tsx';
import { sayDistance } from '../ui/time.ts';
import { orToast, toast } from '../ui/toast.tsx';

/** Invites that still work. */
export function InviteSettings(props: { space: Space }) {
  const [invites, { refetch }] = createResource(() =>
    call(listInvites, { params: { space: props.space.id } }).then((answer) => answer.invites),
  );
  const again = ({ space }: { space: string }) => space === props.space.id && void refetch();
  const ends = [onEvent('invite.created', again), onEvent('invite.revoked', again)];
  onCleanup(() => ends.forEach((end) => end()));
  const revoke = (invite: string) =>
    orToast(async () => {
      await call(revokeInvite, { params: { space: props.space.id, invite } });
      toast('Invite revoked.');
      await refetch();
    });
  return (
    <div class="stack">
      <Show when={rightsIn(props.space).has('invite.create')}>
        <div>
          <Button look="primary" icon="invite" onClick={() => showInviteDialog(props.space, () => void refetch())}>
            Make an invite link
          </Button>
        </div>
      </Show>
      <Show when={(invites.error ? [] : (invites.latest ?? [])).length > 0}>
        <p class="soft">A link is shown only once, when it is made. To share it again, make another one.</p>
      </Show>
      <Problem of={invites.error} />
      <Show when={!invites.error && invites.latest?.length === 0}>
        <p class="list-empty">No invite works at the moment. Make one to bring people in.</p>
      </Show>
      <ul class="list">
        <For each={invites.error ? [] : invites.latest}>
          {(invite) => (
            <li>
              <span class="grow">
                <strong>Made by {nameIn(props.space.id, invite.creator)}</strong>
                <span class="quiet">
                  {sayDistance(invite.created, now())} · used {invite.uses}
                  {invite.max_uses === null ? '' : ` of ${invite.max_uses}`} {invite.uses === 1 ? 'time' : 'times'} ·{' '}
                  {invite.expires === null ? 'never expires' : `expires ${sayDistance(invite.expires, now())}`}
                  <Show when={invite.role}>
                    {(role) => <> · gives {props.space.roles.find((one) => one.id === role())?.name}</>}
                  </Show>
                </span>
              </span>
              <Button small onClick={() => void revoke(invite.id)}>
                Revoke
              </Button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
