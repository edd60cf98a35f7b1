import { updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { createDeed } from '../ui/deed.ts';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { saySeconds } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

const waits = [0, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 21_600];

/** Name, topic and slow mode. */
export function ChannelOverview(props: { space: Space; channel: ChannelView }) {
  const channel = () => props.channel;
  const [name, setName] = createSignal(channel().name);
  const [topic, setTopic] = createSignal(channel().topic);
  const [slow, setSlow] = createSignal(channel().slow_mode);
  const changes = () => ({
    ...(name().trim() !== channel().name ? { name: name().trim() } : {}),
    ...(topic().trim() !== channel().topic ? { topic: topic().trim() } : {}),
    ...(slow() !== channel().slow_mode ? { slow_mode: slow() } : {}),
  });
  const save = createDeed(async () => {
    await call(updateChannel, { params: { space: props.space.id, channel: channel().id }, body: changes() });
    toast('Channel saved.');
  });
  const reset = () => {
    setName(channel().name);
    setTopic(channel().topic);
    setSlow(channel().slow_mode);
  };
  const options = () =>
    [...new Set([...waits, channel().slow_mode])]
      .sort((a, b) => a - b)
      .map((seconds) => ({ value: String(seconds), label: seconds === 0 ? 'Off' : saySeconds(seconds) }));
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <TextField
        label="Name"
        required
        maxLength={64}
        value={name()}
        onInput={(value) => setName(channel().kind === 'text' ? value.replace(/\s/g, '-') : value)}
      />
      <Show when={channel().kind === 'text'}>
        <TextArea
          label="Topic"
          rows={3}
          maxLength={1024}
          help="What this channel is for. Markdown works."
          value={topic()}
          onInput={setTopic}
        />
        <SelectField
          label="Slow mode"
          help="How long everybody waits between two messages. Who may manage messages does not wait."
          value={String(slow())}
          options={options()}
          onChange={(value) => setSlow(Number(value))}
        />
      </Show>
      <SaveBar changed={Object.keys(changes()).length > 0 && name().trim() !== ''} deed={save} onReset={reset} />
    </form>
  );
}
