import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSignal } from 'solid-js';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { call, deviceName, loggedIn } from './api.ts';

/** Logs in; what comes after is up to the page that shows it. */
export function LogInForm() {
  const [login, setLogin] = createSignal('');
  const [password, setPassword] = createSignal('');
  const deed = createDeed(async () => {
    await call(logIn, {
      body: { login: login().trim(), password: password(), device: deviceName(), transport: 'cookie' },
    });
    loggedIn();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void deed.run();
      }}
    >
      <TextField
        label="Handle or e-mail"
        name="username"
        autocomplete="username"
        required
        autofocus
        autocapitalize="none"
        spellcheck={false}
        value={login()}
        onInput={setLogin}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password()}
        onInput={setPassword}
      />
      <Problem of={deed.problem()} />
      <Button look="primary" type="submit" busy={deed.busy()}>
        Log in
      </Button>
    </form>
  );
}
