import { setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { createSignal, For } from 'solid-js';
import { statusChoices } from '../members/user-bar.tsx';
import { call } from '../session/api.ts';
import { world } from '../spaces/world.ts';
import { createDeed } from '../ui/deed.ts';
import { TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

/** Status and status text. */
export function PresenceSettings() {
  const setting = () => world.account!.presence;
  const [status, setStatus] = createSignal(setting().status);
  const [text, setText] = createSignal(setting().text);
  const save = createDeed(async () => {
    await call(setPresence, { body: { status: status(), text: text().trim() } });
    toast('Status saved.');
  });
  const reset = () => {
    setStatus(setting().status);
    setText(setting().text);
  };
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <fieldset class="choices">
        <legend class="hidden-text">Status</legend>
        <For each={statusChoices}>
          {(choice) => (
            <label>
              <input
                type="radio"
                name="status"
                checked={status() === choice.value}
                onChange={() => setStatus(choice.value)}
              />
              {choice.label}
            </label>
          )}
        </For>
      </fieldset>
      <p class="field-help">
        {status() === 'invisible'
          ? 'Others see you as offline.'
          : status() === 'dnd'
            ? 'Desktop notifications are off while you do not want to be disturbed.'
            : 'After five quiet minutes others see you as idle.'}
      </p>
      <TextField
        label="Status text"
        placeholder="What are you up to?"
        maxLength={limits.statusTextLength}
        value={text()}
        onInput={setText}
      />
      <SaveBar
        changed={status() !== setting().status || text().trim() !== setting().text}
        deed={save}
        onReset={reset}
      />
    </form>
  );
}
