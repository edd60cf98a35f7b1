import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { Show } from 'solid-js';
import { Icon } from '../ui/icon.tsx';

/** Priority, muted, deafened, camera, screen, as pictures. */
export function VoiceSigns(props: { state: VoiceState }) {
  return (
    <span class="voice-signs" aria-hidden="true">
      <Show when={props.state.priority}>
        <Icon name="priority" size={15} />
      </Show>
      <Show when={props.state.screen}>
        <span class="voice-live">Live</span>
      </Show>
      <Show when={props.state.camera}>
        <Icon name="camera" size={15} />
      </Show>
      <Show when={props.state.muted || props.state.server_muted}>
        <span classList={{ 'by-moderator': props.state.server_muted }}>
          <Icon name="mic-off" size={15} />
        </span>
      </Show>
      <Show when={props.state.deafened || props.state.server_deafened}>
        <span classList={{ 'by-moderator': props.state.server_deafened }}>
          <Icon name="headphones-off" size={15} />
        </span>
      </Show>
    </span>
  );
}

/** The same in words, to follow a name. */
export function saySigns(state: VoiceState): string {
  const signs = [
    state.priority && 'speaks with priority',
    state.server_muted ? 'muted by a moderator' : state.muted && 'muted',
    state.server_deafened ? 'deafened by a moderator' : state.deafened && 'deafened',
    state.camera && 'camera on',
    state.screen && 'sharing the screen',
  ].filter(Boolean);
  return signs.length > 0 ? `, ${signs.join(', ')}` : '';
}
