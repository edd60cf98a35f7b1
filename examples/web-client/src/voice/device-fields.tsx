import { Show } from 'solid-js';
import { SelectField } from '../ui/field.tsx';
import type { Devices } from './devices.ts';
import { setVoiceSettings, voiceSettings } from './voice-settings.ts';

/** Which microphone and which loudspeaker. */
export function SoundFields(props: { devices: Devices }) {
  return (
    <>
      <SelectField
        label="Microphone"
        options={optionsOf(props.devices, 'audioinput')}
        value={voiceSettings().microphone}
        onChange={(microphone) => setVoiceSettings({ microphone })}
      />
      <Show when={'setSinkId' in HTMLMediaElement.prototype}>
        <SelectField
          label="Loudspeaker"
          options={optionsOf(props.devices, 'audiooutput')}
          value={voiceSettings().speaker}
          onChange={(speaker) => setVoiceSettings({ speaker })}
        />
      </Show>
    </>
  );
}

const forWhat = [
  { value: 'text', label: 'Sharp, for text' },
  { value: 'motion', label: 'Smooth, for films and games' },
];

export function ScreenField() {
  return (
    <SelectField
      label="Shared screens"
      options={forWhat}
      value={voiceSettings().screenFor}
      onChange={(screenFor) => setVoiceSettings({ screenFor: screenFor as 'text' | 'motion' })}
    />
  );
}

export function optionsOf(devices: Devices, kind: MediaDeviceKind): { value: string; label: string }[] {
  return [
    { value: '', label: 'Like the system' },
    ...devices.of(kind).map(({ id, name }) => ({ value: id, label: name })),
  ];
}
