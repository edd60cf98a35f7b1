import { Show } from 'solid-js';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { IconButton } from '../ui/button.tsx';
import { leaveVoice, toggleCamera, toggleDeafen, toggleMute, toggleScreen } from './voice.ts';
import { myVoiceState, voiceNow } from './voice-now.ts';

const canShare = 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** What one does with the own voice and pictures. */
export function VoiceControls(props: { size?: number; leave?: boolean }) {
  const size = () => props.size ?? 18;
  const may = (permission: Permission) => voiceNow.rights.includes(permission);
  return (
    <div class="voice-controls" role="group" aria-label="Voice">
      <IconButton
        icon={voiceNow.muted || myVoiceState()?.server_muted ? 'mic-off' : 'mic'}
        size={size()}
        class={voiceNow.muted || myVoiceState()?.server_muted ? 'off' : ''}
        label={sayMute()}
        aria-keyshortcuts="Control+Shift+M"
        pressed={voiceNow.muted}
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
      <IconButton
        icon={voiceNow.camera ? 'camera' : 'camera-off'}
        size={size()}
        class={voiceNow.camera ? 'on' : ''}
        label={
          may('voice.video')
            ? voiceNow.camera
              ? 'Turn the camera off'
              : 'Turn the camera on'
            : 'You may not turn a camera on here'
        }
        pressed={voiceNow.camera}
        disabled={voiceNow.phase !== 'in' || !may('voice.video')}
        onClick={() => void toggleCamera()}
      />
      <Show when={canShare}>
        <IconButton
          icon="screen"
          size={size()}
          class={voiceNow.screen ? 'on' : ''}
          label={
            may('voice.screen')
              ? voiceNow.screen
                ? 'Stop sharing the screen'
                : 'Share the screen'
              : 'You may not share your screen here'
          }
          pressed={voiceNow.screen}
          disabled={voiceNow.phase !== 'in' || !may('voice.screen')}
          onClick={() => void toggleScreen()}
        />
      </Show>
      <Show when={props.leave !== false}>
        <IconButton icon="hang-up" size={size()} class="leave" label="Leave voice" onClick={leaveVoice} />
      </Show>
    </div>
  );
}

function sayMute(): string {
  if (myVoiceState()?.server_muted)
    return voiceNow.rights.includes('voice.speak') ? 'A moderator muted you' : 'You may listen here, but not speak';
  return voiceNow.muted ? 'Unmute (Ctrl+Shift+M)' : 'Mute (Ctrl+Shift+M)';
}
