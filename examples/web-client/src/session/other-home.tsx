import { createSignal } from 'solid-js';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { remembered } from '../ui/remember.ts';
import { serverInfo } from './server-info.ts';
import { serverNameOf } from './server-name.ts';

const [home, setHome] = remembered('home', '');

/** Home that somebody named here before. */
export { home as rememberedHome };

/** Takes an invite to the homeserver where the guest has an account. */
export function OtherHome(props: { code: string; onOwn: () => void }) {
  const [typed, setTyped] = createSignal(home());
  const [said, setSaid] = createSignal<string>();
  const follow = () => {
    const name = serverNameOf(typed());
    const here = serverInfo()?.name ?? location.host;
    if (!name) return setSaid('This is not the name of a homeserver. It looks like b.example.');
    if (name === here) return props.onOwn();
    setHome(name);
    location.assign(`https://${name}/join?${new URLSearchParams({ invite: props.code, via: here }).toString()}`);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        follow();
      }}
    >
      <TextField
        label="Your homeserver"
        name="homeserver"
        help="You join with the account that you have there. Nobody needs a second one."
        placeholder="b.example"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        inputMode="url"
        required
        autofocus
        value={typed()}
        error={said()}
        onInput={(value) => (setTyped(value), setSaid(undefined))}
      />
      <Button look="primary" type="submit">
        Go on at {serverNameOf(typed()) ?? 'your homeserver'}
      </Button>
    </form>
  );
}
