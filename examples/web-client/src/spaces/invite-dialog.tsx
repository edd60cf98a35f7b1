import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { myRank, rankedRoles, rightsIn } from './rights.ts';
import { copyText } from '../ui/copy-text.ts';
import './invite-dialog.css';

const expiries = [
  { value: '1800', label: '30 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
  { value: '', label: 'Never' },
];

const uses = [
  { value: '', label: 'Any number' },
  ...[1, 5, 10, 25, 50, 100].map((count) => ({
    value: String(count),
    label: count === 1 ? '1 person' : `${count} people`,
  })),
];

/** Makes an invite link. Its code is shown only here, so the link can be copied until the dialog is closed. */
export function showInviteDialog(space: Space, onMade?: () => void): void {
  showLayer((close) => <InviteDialog space={space} close={close} onMade={onMade} />);
}

function InviteDialog(props: { space: Space; close: () => void; onMade?: (() => void) | undefined }) {
  const [expiry, setExpiry] = createSignal('604800');
  const [limit, setLimit] = createSignal('');
  const [role, setRole] = createSignal('');
  const [url, setUrl] = createSignal<string>();
  const roles = () =>
    rightsIn(props.space).has('role.manage')
      ? rankedRoles(props.space).filter((one) => one.rank < myRank(props.space))
      : [];
  const make = createDeed(async () => {
    const made = await call(createInvite, {
      params: { space: props.space.id },
      body: {
        expires_in: expiry() ? Number(expiry()) : null,
        max_uses: limit() ? Number(limit()) : null,
        ...(role() ? { role: role() } : {}),
      },
    });
    setUrl(made.url);
    props.onMade?.();
  });
  return (
    <Dialog
      title={`Invite people to ${props.space.name}`}
      intro="Whoever has the link can join: with a new account, or with one of any homeserver."
      onClose={props.close}
      onSubmit={() => (url() ? void copyText(url()!, 'Invite link copied.') : void make.run())}
      footer={
        <Show
          when={url()}
          fallback={
            <Button look="primary" type="submit" busy={make.busy()}>
              Make link
            </Button>
          }
        >
          <Button look="ghost" onClick={() => setUrl(undefined)}>
            Make another
          </Button>
          <Button look="primary" type="submit" icon="copy" autofocus>
            Copy link
          </Button>
        </Show>
      }
    >
      <Show
        when={url()}
        fallback={
          <>
            <SelectField label="Works for" value={expiry()} options={expiries} onChange={setExpiry} />
            <SelectField label="Can be used by" value={limit()} options={uses} onChange={setLimit} />
            <Show when={roles().length > 0}>
              <SelectField
                label="Gives the role"
                value={role()}
                options={[{ value: '', label: 'None' }, ...roles().map((one) => ({ value: one.id, label: one.name }))]}
                onChange={setRole}
              />
            </Show>
          </>
        }
      >
        {(link) => (
          <>
            <label class="hidden-text" for="invite-link">
              Invite link
            </label>
            <input
              id="invite-link"
              class="input invite-link"
              readonly
              value={link()}
              onFocus={(event) => event.currentTarget.select()}
            />
            <p class="field-help">Copy it now: the homeserver keeps no readable copy of the code.</p>
          </>
        )}
      </Show>
      <Problem of={make.problem()} />
    </Dialog>
  );
}
