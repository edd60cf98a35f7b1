import { updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { rightsIn } from '../spaces/rights.ts';
import { createDeed } from '../ui/deed.ts';
import { TextArea, TextField } from '../ui/field.tsx';
import { sayDate } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

/** Name and description. */
export function OverviewSettings(props: { space: Space }) {
  const [name, setName] = createSignal(props.space.name);
  const [description, setDescription] = createSignal(props.space.description);
  const may = () => rightsIn(props.space).has('space.manage');
  const changed = () => name().trim() !== props.space.name || description().trim() !== props.space.description;
  const save = createDeed(async () => {
    await call(updateSpace, {
      params: { space: props.space.id },
      body: { name: name().trim(), description: description().trim() },
    });
    toast('Community saved.');
  });
  const reset = () => {
    setName(props.space.name);
    setDescription(props.space.description);
  };
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <TextField label="Name" required maxLength={64} disabled={!may()} value={name()} onInput={setName} />
      <TextArea
        label="Description"
        help="Shown to those who open an invite."
        rows={4}
        maxLength={1024}
        disabled={!may()}
        value={description()}
        onInput={setDescription}
      />
      <p class="field-help">
        {props.space.member_count === 1 ? '1 member' : `${props.space.member_count} members`} · since{' '}
        {sayDate(props.space.created)} · at home on {props.space.hub}
      </p>
      <Show when={may()}>
        <SaveBar changed={changed() && name().trim() !== ''} deed={save} onReset={reset} />
      </Show>
    </form>
  );
}
