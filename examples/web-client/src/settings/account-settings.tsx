import { changePassword, deleteAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSignal, For, Show } from 'solid-js';
import { go } from '../app/router.ts';
import { isRefusal, sayError } from '../app/say-error.ts';
import { call, loggedOut } from '../session/api.ts';
import { communities } from '../spaces/direct.ts';
import { isOwner } from '../spaces/rights.ts';
import { world } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { toast } from '../ui/toast.tsx';

const wrongPassword = 'This is not your password.';

/** Password, log-out and the end of the account. */
export function AccountSettings(props: { onLogOut: () => void }) {
  const [current, setCurrent] = createSignal('');
  const [password, setPassword] = createSignal('');
  const change = createDeed(async () => {
    await call(changePassword, { body: { current: current(), password: password() } });
    setCurrent('');
    setPassword('');
    toast('Password changed. All other sessions were ended.');
  });
  const owned = () => communities().filter(isOwner);
  const said = (code: string) => (isRefusal(change.problem(), code) ? sayError(change.problem()) : undefined);
  return (
    <>
      <section>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void change.run();
          }}
        >
          <h2>Password</h2>
          <Show when={world.account?.email}>
            <p class="soft">Your e-mail address is {world.account!.email}.</p>
          </Show>
          <input type="text" autocomplete="username" value={world.account?.handle ?? ''} hidden readonly />
          <TextField
            label="Current password"
            type="password"
            autocomplete="current-password"
            required
            value={current()}
            error={said('wrong_credentials') && wrongPassword}
            onInput={setCurrent}
          />
          <TextField
            label="New password"
            type="password"
            autocomplete="new-password"
            minLength={8}
            maxLength={256}
            required
            help="All other sessions end."
            value={password()}
            error={said('weak_password')}
            onInput={setPassword}
          />
          <Problem of={said('wrong_credentials') || said('weak_password') ? undefined : change.problem()} />
          <Button look="primary" type="submit" busy={change.busy()} disabled={!current() || password().length < 8}>
            Change password
          </Button>
        </form>
      </section>
      <section class="form">
        <h2>This device</h2>
        <Button icon="leave" onClick={() => props.onLogOut()}>
          Log out
        </Button>
      </section>
      <section class="form">
        <h2>Delete the account</h2>
        <p class="soft">
          You leave all communities; your name and e-mail address are forgotten. Messages stay under “Deleted account”.
          This cannot be undone.
        </p>
        <Show
          when={owned().length > 0}
          fallback={
            <Button look="danger" icon="trash" onClick={() => showLayer((close) => <DeleteAccount close={close} />)}>
              Delete account
            </Button>
          }
        >
          <p>
            First hand over or delete what you own:{' '}
            <For each={owned()}>
              {(space, at) => (
                <>
                  {at() > 0 ? ', ' : ''}
                  <a href={`/spaces/${space.id}/settings/danger`}>{space.name}</a>
                </>
              )}
            </For>
            .
          </p>
        </Show>
      </section>
    </>
  );
}

function DeleteAccount(props: { close: () => void }) {
  const [password, setPassword] = createSignal('');
  const deed = createDeed(async () => {
    await call(deleteAccount, { body: { password: password() } });
    props.close();
    loggedOut();
    go('/', { replace: true });
    toast('Your account was deleted.');
  });
  const isWrong = () => isRefusal(deed.problem(), 'wrong_credentials');
  return (
    <Dialog
      title="Delete your account?"
      intro="For good. There is no way back."
      onClose={props.close}
      onSubmit={() => void deed.run()}
      footer={
        <>
          <Button look="ghost" onClick={props.close}>
            Keep it
          </Button>
          <Button look="danger" type="submit" busy={deed.busy()} disabled={!password()}>
            Delete for good
          </Button>
        </>
      }
    >
      <TextField
        label="Your password"
        type="password"
        autocomplete="current-password"
        autofocus
        required
        value={password()}
        error={isWrong() ? wrongPassword : undefined}
        onInput={(value) => (setPassword(value), deed.clear())}
      />
      <Show when={!isWrong()}>
        <Problem of={deed.problem()} />
      </Show>
    </Dialog>
  );
}
