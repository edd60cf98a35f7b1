import { createSignal, Show } from 'solid-js';
import { Button } from '../ui/button.tsx';
import { Field, SelectField, Switch } from '../ui/field.tsx';
import { toastProblem } from '../ui/toast.tsx';
import { optionsOf, ScreenField, SoundFields } from '../voice/device-fields.tsx';
import { useDevices } from '../voice/devices.ts';
import { MicrophoneTest } from '../voice/microphone-test.tsx';
import { sayDeviceError } from '../voice/say-voice-error.ts';
import { testLoudspeaker } from '../voice/sounds.ts';
import { sayKey, setVoiceSettings, voiceSettings } from '../voice/voice-settings.ts';

const whenOpen = [
  { value: 'activity', label: 'While I speak' },
  { value: 'key', label: 'While I hold a key (push to talk)' },
];

const cameraFormats = [
  { value: 'auto', label: 'Automatic' },
  { value: 'efficient', label: 'Least data (VP9 or AV1), for fast devices' },
  { value: 'compatible', label: 'Least effort (VP8)' },
];

/** Devices and habits of voice, kept on this device. */
export function VoiceSettingsPage() {
  return (
    <>
      <section class="form">
        <h2>Devices</h2>
        <Devices />
      </section>
      <section class="form">
        <h2>Microphone</h2>
        <SelectField
          label="Others hear me"
          options={whenOpen}
          value={voiceSettings().opens}
          onChange={(opens) => setVoiceSettings({ opens: opens as 'activity' | 'key' })}
        />
        <Show when={voiceSettings().opens === 'key'} fallback={<Threshold />}>
          <TalkKey />
        </Show>
        <Switch
          label="Noise suppression"
          help="Takes out fans, keys and the street. Off for music."
          checked={voiceSettings().noiseSuppression}
          onChange={(noiseSuppression) => setVoiceSettings({ noiseSuppression })}
        />
        <Switch
          label="Echo cancellation"
          help="Others do not hear themselves through your loudspeakers. Not needed with headphones."
          checked={voiceSettings().echoCancellation}
          onChange={(echoCancellation) => setVoiceSettings({ echoCancellation })}
        />
        <Switch
          label="Automatic gain"
          help="Makes a quiet voice louder and a loud one quieter."
          checked={voiceSettings().automaticGain}
          onChange={(automaticGain) => setVoiceSettings({ automaticGain })}
        />
      </section>
      <section class="form">
        <h2>Sounds and privacy</h2>
        <Switch
          label="Sounds"
          help="Short notes when somebody comes or goes, and when you mute."
          checked={voiceSettings().sounds}
          onChange={(sounds) => setVoiceSettings({ sounds })}
        />
        <Switch
          label="Through a relay only"
          help="Your address is shown to the relay of the homeserver instead of its media port. Sound may come a little later, and it needs a relay (TURN). Counts from the next time you go in."
          checked={voiceSettings().relayOnly}
          onChange={(relayOnly) => setVoiceSettings({ relayOnly })}
        />
      </section>
    </>
  );
}

function Devices() {
  const devices = useDevices();
  const allow = async () => {
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch((error: unknown) => {
      toastProblem(sayDeviceError(error, 'microphone'));
    });
    for (const track of stream?.getTracks() ?? []) track.stop();
    devices.refresh();
  };
  return (
    <>
      <Show when={!devices.areNamed()}>
        <p class="field-help">Browsers tell the names of devices after you allowed the microphone once.</p>
        <Button small onClick={() => void allow()}>
          Allow the microphone
        </Button>
      </Show>
      <SoundFields devices={devices} />
      <div>
        <Button small icon="headphones" onClick={testLoudspeaker}>
          Test the loudspeaker
        </Button>
      </div>
      <MicrophoneTest />
      <SelectField
        label="Camera"
        options={optionsOf(devices, 'videoinput')}
        value={voiceSettings().camera}
        onChange={(camera) => setVoiceSettings({ camera })}
      />
      <SelectField
        label="Camera picture"
        help="Newer formats need half of the data. They are used where this device makes them easily and everybody inside can show them."
        options={cameraFormats}
        value={voiceSettings().cameraFormat}
        onChange={(cameraFormat) => setVoiceSettings({ cameraFormat: cameraFormat as 'auto' })}
      />
      <ScreenField />
    </>
  );
}

function Threshold() {
  return (
    <Field
      label="Sensitivity"
      help="To the left everything is heard, to the right only a loud voice. The mark in the test above is where it opens."
    >
      {(attributes) => (
        <input
          {...attributes}
          type="range"
          min="-90"
          max="-20"
          value={voiceSettings().threshold}
          aria-valuetext={`${voiceSettings().threshold} dB`}
          onInput={(event) => setVoiceSettings({ threshold: event.currentTarget.valueAsNumber })}
        />
      )}
    </Field>
  );
}

function TalkKey() {
  const [asks, setAsks] = createSignal(false);
  const take = (event: KeyboardEvent) => {
    if (!asks()) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code !== 'Escape' && event.code !== '') setVoiceSettings({ talkKey: event.code });
    setAsks(false);
  };
  return (
    <Field label="Key to hold" help="Works while this page is in front; a web page hears no keys of other programs.">
      {(attributes) => (
        <button
          {...attributes}
          type="button"
          class="input"
          aria-live="polite"
          onClick={() => setAsks(true)}
          onBlur={() => setAsks(false)}
          onKeyDown={take}
        >
          {asks() ? 'Press a key…' : sayKey(voiceSettings().talkKey)}
        </button>
      )}
    </Field>
  );
}
