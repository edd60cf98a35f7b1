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

/** What is left out of a voice channel stands for the usual bitrate and any number of people. */
const usualBitrate = 64_000;
const bitrates = [16_000, 32_000, 64_000, 96_000, 128_000, 256_000];
const sizes = [2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 50, 99];

/** Name, topic and slow mode; of a voice channel sound and size. */
export function ChannelOverview(props: { space: Space; channel: ChannelView }) {
  const channel = () => props.channel;
  const [name, setName] = createSignal(channel().name);
  const [topic, setTopic] = createSignal(channel().topic);
  const [slow, setSlow] = createSignal(channel().slow_mode);
  const [bitrate, setBitrate] = createSignal(channel().bitrate ?? usualBitrate);
  const [size, setSize] = createSignal(channel().user_limit ?? 0);
  const changes = () => ({
    ...(name().trim() !== channel().name ? { name: name().trim() } : {}),
    ...(topic().trim() !== channel().topic ? { topic: topic().trim() } : {}),
    ...(slow() !== channel().slow_mode ? { slow_mode: slow() } : {}),
    ...(bitrate() !== (channel().bitrate ?? usualBitrate)
      ? { bitrate: bitrate() === usualBitrate ? null : bitrate() }
      : {}),
    ...(size() !== (channel().user_limit ?? 0) ? { user_limit: size() || null } : {}),
  });
  const save = createDeed(async () => {
    await call(updateChannel, { params: { space: props.space.id, channel: channel().id }, body: changes() });
    toast('Channel saved.');
  });
  const reset = () => {
    setName(channel().name);
    setTopic(channel().topic);
    setSlow(channel().slow_mode);
    setBitrate(channel().bitrate ?? usualBitrate);
    setSize(channel().user_limit ?? 0);
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
      <Show when={channel().kind === 'voice'}>
        <SelectField
          label="Sound"
          help="More is better for music, less for slow connections. Counts from the next time somebody goes in."
          value={String(bitrate())}
          options={choices(bitrates, channel().bitrate).map((bits) => ({
            value: String(bits),
            label: `${Math.round(bits / 1000)} kbit/s${bits === usualBitrate ? ' (usual)' : ''}`,
          }))}
          onChange={(value) => setBitrate(Number(value))}
        />
        <SelectField
          label="Size"
          help="How many it is for. Priority speakers always get in."
          value={String(size())}
          options={[
            { value: '0', label: 'As many as come' },
            ...choices(sizes, channel().user_limit).map((count) => ({
              value: String(count),
              label: `${count} people`,
            })),
          ]}
          onChange={(value) => setSize(Number(value))}
        />
      </Show>
      <SaveBar changed={Object.keys(changes()).length > 0 && name().trim() !== ''} deed={save} onReset={reset} />
    </form>
  );
}

function choices(usual: readonly number[], now: number | undefined): number[] {
  return [...new Set(now === undefined ? usual : [...usual, now])].sort((a, b) => a - b);
}
