import { Show } from 'solid-js';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace } from '../spaces/world.ts';
import { IconButton } from '../ui/button.tsx';
import { showDevices } from './device-card.tsx';
import { leaveVoice, toggleCamera, toggleDeafen, toggleMute, togglePriority, toggleScreen } from './voice.ts';
import { isSilent, myVoiceState, voiceNow } from './voice-now.ts';

const canShare = 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** What one does with the own voice and pictures. `isBar`: below the pictures, with room for all of it. */
export function VoiceControls(props: { isBar?: boolean }) {
  const size = () => (props.isBar ? 22 : 18);
  const hasCamera = () => voiceNow.cameras.length > 0;
  // Until one is inside nobody knows.
  const mayNot = (permission: Permission) => voiceNow.phase === 'in' && !voiceNow.rights.includes(permission);
  return (
    <div class="voice-controls" role="group" aria-label="Voice">
      <IconButton
        icon={isSilent() || myVoiceState()?.server_muted ? 'mic-off' : 'mic'}
        size={size()}
        class={isSilent() || myVoiceState()?.server_muted ? 'off' : ''}
        label={sayMute()}
        aria-keyshortcuts="Control+Shift+M"
        pressed={isSilent()}
        onClick={toggleMute}
      />
      <IconButton
        icon={voiceNow.deafened || myVoiceState()?.server_deafened ? 'headphones-off' : 'headphones'}
        size={size()}
        class={voiceNow.deafened || myVoiceState()?.server_deafened ? 'off' : ''}
        label={voiceNow.deafened ? 'Hear again (Ctrl+Shift+D)' : 'Deafen (Ctrl+Shift+D)'}
        aria-keyshortcuts="Control+Shift+D"
        pressed={voiceNow.deafened}
        onClick={toggleDeafen}
      />
      <Show when={voiceNow.rights.includes('voice.priority')}>
        <IconButton
          icon="priority"
          size={size()}
          class={voiceNow.priority ? 'on' : ''}
          label={
            voiceNow.priority ? 'Speak like all others' : 'Speak with priority: others are turned down while you speak'
          }
          pressed={voiceNow.priority}
          onClick={togglePriority}
        />
      </Show>
      <IconButton
        icon={hasCamera() ? 'camera' : 'camera-off'}
        size={size()}
        class={hasCamera() ? 'on' : ''}
        label={
          mayNot('voice.video')
            ? 'You may not turn a camera on here'
            : hasCamera()
              ? sayCameraOff()
              : 'Turn the camera on (Ctrl+Shift+O)'
        }
        aria-keyshortcuts="Control+Shift+O"
        pressed={hasCamera()}
        disabled={voiceNow.phase !== 'in' || mayNot('voice.video')}
        onClick={() => void toggleCamera()}
      />
      <Show when={canShare}>
        <IconButton
          icon="screen"
          size={size()}
          class={voiceNow.screen ? 'on' : ''}
          label={
            mayNot('voice.screen')
              ? 'You may not share your screen here'
              : `${voiceNow.screen ? 'Stop sharing the screen' : 'Share the screen'} (Ctrl+Shift+E)`
          }
          aria-keyshortcuts="Control+Shift+E"
          pressed={voiceNow.screen}
          disabled={voiceNow.phase !== 'in' || mayNot('voice.screen')}
          onClick={() => void toggleScreen()}
        />
      </Show>
      <Show when={props.isBar}>
        <IconButton
          icon="gear"
          size={size()}
          label="Devices"
          aria-haspopup="dialog"
          onClick={(event) => showDevices(event.currentTarget)}
        />
      </Show>
      <IconButton
        icon="hang-up"
        size={size()}
        class="leave"
        label={`${isDirect(findSpace(voiceNow.place?.space)) ? 'Leave call' : 'Leave voice'} (Ctrl+Shift+H)`}
        aria-keyshortcuts="Control+Shift+H"
        onClick={leaveVoice}
      />
    </div>
  );
}

function sayCameraOff(): string {
  const { length } = voiceNow.cameras;
  return `${length > 1 ? `Turn all ${length} cameras off` : 'Turn the camera off'} (Ctrl+Shift+O)`;
}

function sayMute(): string {
  if (myVoiceState()?.server_muted)
    return voiceNow.rights.includes('voice.speak') ? 'A moderator muted you' : 'You may listen here, but not speak';
  if (voiceNow.noMicrophone && !voiceNow.muted) return 'No microphone: try again (Ctrl+Shift+M)';
  return voiceNow.muted ? 'Unmute (Ctrl+Shift+M)' : 'Mute (Ctrl+Shift+M)';
}
