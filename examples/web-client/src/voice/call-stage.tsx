import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, Show } from 'solid-js';
import { nameOfSpace } from '../spaces/direct.ts';
import { Stage } from './stage.tsx';
import { VoiceControls } from './voice-controls.tsx';
import { VoiceNotice } from './voice-page.tsx';
import './call-strip.css';

/** Being in a call: faces and pictures, and what one does with the own voice. */
export function CallStage(props: { space: Space; channel: string }) {
  const [pinned, setPinned] = createSignal<string>();
  const calls = () => props.space.call && !props.space.call.answered && props.space.call.ringing.length > 0;
  return (
    <section class="call-stage" aria-label="Call">
      <Stage
        space={props.space}
        channel={props.channel}
        layout={pinned() === undefined ? 'grid' : 'spotlight'}
        pinned={pinned()}
        onPin={setPinned}
      />
      <Show when={calls()}>
        <p class="call-waits" role="status">
          Calling {nameOfSpace(props.space)}…
        </p>
      </Show>
      <VoiceNotice />
      <footer class="voice-bar">
        <VoiceControls isBar />
      </footer>
    </section>
  );
}
