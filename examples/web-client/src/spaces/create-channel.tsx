import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { Channel, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { call } from '../session/api.ts';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { SelectField, Switch, TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';

const kinds = [
  { value: 'text', label: 'Text channel' },
  { value: 'voice', label: 'Voice channel' },
  { value: 'category', label: 'Category' },
] as const;

/** Creates a channel or a category; `parent` is the category it starts in. */
export function showCreateChannel(space: Space, parent: string | null): void {
  showLayer((close) => <CreateChannel space={space} parent={parent} close={close} />);
}

function CreateChannel(props: { space: Space; parent: string | null; close: () => void }) {
  const [kind, setKind] = createSignal<Channel['kind']>('text');
  const [name, setName] = createSignal('');
  const [parent, setParent] = createSignal(props.parent);
  const [hidden, setHidden] = createSignal(false);
  const categories = () => props.space.channels.filter((channel) => channel.kind === 'category');
  const order = () => {
    const beside = props.space.channels.filter(
      (channel) =>
        (kind() === 'category') === (channel.kind === 'category') &&
        (kind() === 'category' || channel.parent === parent()),
    );
    return Math.min(10_000, Math.max(-1, ...beside.map((channel) => channel.order)) + 1);
  };
  const deed = createDeed(async () => {
    const channel = await call(createChannel, {
      params: { space: props.space.id },
      body: {
        kind: kind(),
        name: name().trim(),
        order: order(),
        parent: kind() === 'category' ? null : parent(),
        private: hidden(),
      },
    });
    props.close();
    if (channel.kind === 'text') go(pathTo(props.space.id, channel.id));
  });
  return (
    <DeedDialog
      title={kind() === 'category' ? 'Create a category' : 'Create a channel'}
      onClose={props.close}
      deed={deed}
      action="Create"
      disabled={!name().trim()}
    >
      <SelectField
        label="Kind"
        value={kind()}
        options={kinds}
        onChange={(value) => setKind(value as Channel['kind'])}
      />
      <TextField
        label="Name"
        required
        maxLength={64}
        autofocus
        value={name()}
        onInput={(value) => setName(kind() === 'text' ? value.replace(/\s/g, '-') : value)}
      />
      <Show when={kind() !== 'category' && categories().length > 0}>
        <SelectField
          label="Category"
          value={parent() ?? ''}
          options={[{ value: '', label: 'None' }, ...categories().map((one) => ({ value: one.id, label: one.name }))]}
          onChange={(value) => setParent(value || null)}
        />
      </Show>
      <Show when={kind() !== 'category'}>
        <Switch
          label="Private"
          help="Only you see it at first; open it to roles and members in its settings."
          checked={hidden()}
          onChange={setHidden}
        />
      </Show>
    </DeedDialog>
  );
}
