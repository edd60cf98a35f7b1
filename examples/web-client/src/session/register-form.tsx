import { register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSignal, Show } from 'solid-js';
import { isRefusal, sayError } from '../app/say-error.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { call, deviceName, loggedIn } from './api.ts';
import { serverInfo } from './server-info.ts';

const aboutHandle = ['bad_handle', 'handle_taken'];
const aboutPassword = ['weak_password'];
const aboutEmail = ['email_required', 'email_not_accepted', 'email_taken'];

/** Creates an account; `invite` opens a homeserver that asks for one, `setUp` makes the first admin. */
export function RegisterForm(props: { invite?: string | undefined; setUp?: string }) {
  const [handle, setHandle] = createSignal('');
  const [displayName, setDisplayName] = createSignal('');
  const [email, setEmail] = createSignal('');
  const [password, setPassword] = createSignal('');
  const deed = createDeed(async () => {
    await call(register, {
      body: {
        handle: handle(),
        password: password(),
        ...(displayName().trim() ? { display_name: displayName().trim() } : {}),
        ...(email().trim() ? { email: email().trim() } : {}),
        ...(props.invite ? { invite: props.invite } : {}),
        ...(props.setUp ? { set_up: props.setUp } : {}),
        device: deviceName(),
        transport: 'cookie',
      },
    });
    loggedIn();
  });
  const said = (codes: readonly string[]) =>
    codes.some((code) => isRefusal(deed.problem(), code)) ? sayError(deed.problem()) : undefined;
  const elsewhere = () => (said([...aboutHandle, ...aboutPassword, ...aboutEmail]) ? undefined : deed.problem());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void deed.run();
      }}
    >
      <TextField
        label="Handle"
        name="username"
        help="How others find and mention you: small letters, digits, dots and underscores."
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        pattern="[a-z0-9_.]{2,32}"
        title="2 to 32 small letters, digits, dots or underscores"
        minLength={2}
        maxLength={32}
        required
        autofocus
        value={handle()}
        error={said(aboutHandle)}
        onInput={(value) => setHandle(value.toLowerCase())}
      />
      <TextField
        label="Display name (optional)"
        name="name"
        autocomplete="name"
        maxLength={64}
        value={displayName()}
        onInput={setDisplayName}
      />
      <Show when={serverInfo()?.email !== 'off'}>
        <TextField
          label={serverInfo()?.email === 'required' ? 'E-mail' : 'E-mail (optional)'}
          name="email"
          type="email"
          autocomplete="email"
          required={serverInfo()?.email === 'required'}
          value={email()}
          error={said(aboutEmail)}
          onInput={setEmail}
        />
      </Show>
      <TextField
        label="Password"
        name="new-password"
        type="password"
        autocomplete="new-password"
        help="At least 8 characters. A few words in a row are easy to keep in mind."
        minLength={8}
        maxLength={256}
        required
        value={password()}
        error={said(aboutPassword)}
        onInput={setPassword}
      />
      <Problem of={elsewhere()} />
      <Button look="primary" type="submit" busy={deed.busy()}>
        Create account
      </Button>
    </form>
  );
}
