import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { For, Show } from 'solid-js';
import { go } from '../app/router.ts';
import { Button } from '../ui/button.tsx';
import { type Anchor, showPopover } from '../ui/popover.tsx';
import { ScreenField, SoundFields } from './device-fields.tsx';
import { useDevices } from './devices.ts';
import { toggleCameraOf } from './voice.ts';
import { voiceNow } from './voice-now.ts';
import './voice-person.css';

/** Changes devices in the middle of a talk. */
export function showDevices(anchor: Anchor): void {
  showPopover(anchor, (close) => <DeviceCard close={close} />, { side: 'above' });
}

function DeviceCard(props: { close: () => void }) {
  const devices = useDevices();
  const cameras = () => devices.of('videoinput');
  const may = () => voiceNow.phase === 'in' && voiceNow.rights.includes('voice.video');
  return (
    <section class="voice-card" role="dialog" aria-label="Devices">
      <SoundFields devices={devices} />
      <Show when={cameras().length > 1 && may()}>
        <div class="voice-cameras" role="group" aria-label="Cameras">
          <p class="field-help">Several cameras can be on at once.</p>
          <For each={cameras()}>
            {({ id, name }) => {
              const isOn = () => voiceNow.cameras.includes(id);
              return (
                <Button
                  small
                  icon={isOn() ? 'camera' : 'camera-off'}
                  aria-pressed={isOn()}
                  class={isOn() ? 'on' : ''}
                  disabled={!isOn() && voiceNow.cameras.length >= voiceLimits.producersOfCamera}
                  onClick={() => void toggleCameraOf(id)}
                >
                  <span class="ellipsis">{name}</span>
                </Button>
              );
            }}
          </For>
        </div>
      </Show>
      <ScreenField />
      <Button
        small
        icon="gear"
        onClick={() => {
          props.close();
          go('/settings/voice');
        }}
      >
        Voice settings
      </Button>
    </section>
  );
}
