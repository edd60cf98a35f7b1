import { createSignal, Show } from 'solid-js';
import { isRefusal } from '../app/say-error.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { world } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { createDeed } from '../ui/deed.ts';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { askFriend } from './relationships.ts';

const address = /^[a-z0-9_.]{2,32}(@[a-z0-9.-]+(:[1-9][0-9]{0,4})?)?$/;

/** Asks somebody to be friends by their handle. */
export function AddFriend() {
  let field!: HTMLDivElement;
  const [text, setText] = createSignal('');
  const [done, setDone] = createSignal<string>();
  const handle = () => text().trim().toLowerCase().replace(/^@/, '');
  const own = () => `${world.account?.handle ?? ''}@${world.account?.home ?? ''}`;
  const server = () => handle().split('@')[1];
  const ask = createDeed(async () => {
    setDone(undefined);
    const { kind, user } = await askFriend(handle());
    setDone(kind === 'friend' ? `You and ${nameOfUser(user)} are friends.` : `${nameOfUser(user)} was asked.`);
    setText('');
    field.querySelector('input')?.focus();
  });
  const said = () => {
    const problem = ask.problem();
    if (isRefusal(problem, 'not_found'))
      return 'Nobody is found by this handle. Look at the spelling, or ask them for an invite to a community.';
    if (isRefusal(problem, 'conflict')) return 'You blocked this person. Lift the block first, under Blocked.';
    if (isRefusal(problem, 'unavailable') || isRefusal(problem, 'discovery_failed'))
      return `${server() ?? 'Their homeserver'} does not answer. Look at the spelling, or try again in a while.`;
    if (isRefusal(problem, 'invalid_body') && (handle() === own() || handle() === world.account?.handle))
      return 'That is you.';
    return undefined;
  };
  return (
    <div class="add-friend">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (address.test(handle())) void ask.run();
        }}
      >
        <h2>Add a friend</h2>
        <p class="soft">
          Whoever is at home here has a handle like <code>wren</code>; somebody of another homeserver one like{' '}
          <code>wren@b.example</code>.
        </p>
        <div ref={field} class="add-friend-row">
          <TextField
            label="Handle"
            placeholder="name@server"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            autofocus
            value={text()}
            error={
              said() ??
              (handle().length > 2 && !address.test(handle()) && !handle().endsWith('@')
                ? 'A handle looks like name or name@server.'
                : undefined)
            }
            onInput={(value) => (setText(value), ask.clear(), setDone(undefined))}
          />
          <Button look="primary" type="submit" busy={ask.busy()} disabled={!address.test(handle())}>
            Send request
          </Button>
        </div>
        <Show when={!said()}>
          <Problem of={ask.problem()} />
        </Show>
        <Show when={done()}>
          {(words) => (
            <p class="add-friend-done" role="status">
              <Icon name="check" size={16} />
              {words()}
            </p>
          )}
        </Show>
      </form>
      <section class="add-friend-own">
        <p class="soft">Others find you as</p>
        <div class="row">
          <strong class="grow">{own()}</strong>
          <Button small icon="copy" onClick={() => void copyText(own(), 'Handle copied.')}>
            Copy
          </Button>
        </div>
      </section>
    </div>
  );
}
