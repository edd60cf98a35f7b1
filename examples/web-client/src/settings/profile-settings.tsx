import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSignal, onMount } from 'solid-js';
import { isRefusal, sayError } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import { world } from '../spaces/world.ts';
import { createDeed } from '../ui/deed.ts';
import { TextArea, TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

/** How others see one. */
export function ProfileSettings() {
  const account = () => world.account!;
  const [displayName, setDisplayName] = createSignal('');
  const [handle, setHandle] = createSignal('');
  const [pronouns, setPronouns] = createSignal('');
  const [bio, setBio] = createSignal('');
  const reset = () => {
    setDisplayName(account().display_name);
    setHandle(account().handle ?? '');
    setPronouns(account().pronouns);
    setBio(account().bio);
  };
  onMount(reset);
  const changes = () => ({
    ...(displayName().trim() !== account().display_name ? { display_name: displayName().trim() } : {}),
    ...(handle() !== account().handle ? { handle: handle() } : {}),
    ...(pronouns().trim() !== account().pronouns ? { pronouns: pronouns().trim() } : {}),
    ...(bio().trim() !== account().bio ? { bio: bio().trim() } : {}),
  });
  const save = createDeed(async () => {
    await call(updateProfile, { body: changes() });
    toast('Profile saved.');
  });
  const aboutHandle = () => isRefusal(save.problem(), 'bad_handle') || isRefusal(save.problem(), 'handle_taken');
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <TextField label="Display name" required maxLength={64} value={displayName()} onInput={setDisplayName} />
      <TextField
        label="Handle"
        help={`Others find you as @${handle()} on ${account().home}.`}
        pattern="[a-z0-9_.]{2,32}"
        required
        maxLength={32}
        spellcheck={false}
        value={handle()}
        error={aboutHandle() ? sayError(save.problem()) : undefined}
        onInput={(value) => setHandle(value.toLowerCase())}
      />
      <TextField label="Pronouns" maxLength={40} value={pronouns()} onInput={setPronouns} />
      <TextArea label="About you" rows={4} maxLength={512} value={bio()} onInput={setBio} />
      <SaveBar changed={Object.keys(changes()).length > 0} deed={save} onReset={reset} />
    </form>
  );
}
