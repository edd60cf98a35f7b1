import { missedCallText } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { isDirect } from '../spaces/direct.ts';
import { myId } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { mayCall } from './call-button.tsx';
import { joinVoice, prepareVoice } from './voice.ts';
import { isIn } from './voice-now.ts';
import './call-strip.css';

export function isMissedCall(space: Space, message: Message): boolean {
  return isDirect(space) && message.content === missedCallText;
}

/** What is left of a call that nobody took. */
export function MissedCall(props: { space: Space; message: Message }) {
  const own = () => props.message.author.id === myId();
  return (
    <div class="missed-call">
      <span class="missed-call-words" classList={{ missed: !own() }}>
        <Icon name="hang-up" size={17} />
        {own() ? 'Call without an answer' : 'Missed call'}
      </span>
      <Show when={mayCall(props.space) && !isIn(props.message.channel)}>
        <Button
          small
          icon="phone"
          onPointerEnter={prepareVoice}
          onClick={() => void joinVoice({ space: props.space.id, channel: props.message.channel })}
        >
          {own() ? 'Call again' : 'Call back'}
        </Button>
      </Show>
    </div>
  );
}
