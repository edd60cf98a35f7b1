import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { relationTo } from '../people/relationships.ts';
import { othersIn, partnerIn } from '../spaces/direct.ts';
import { IconButton } from '../ui/button.tsx';
import { joinVoice, prepareVoice } from './voice.ts';
import { isIn } from './voice-now.ts';

/** Calls everybody in a direct message or group, or goes into the call that is there. */
export function CallButton(props: { space: Space; channel: string }) {
  return (
    <Show when={!isIn(props.channel) && mayCall(props.space)}>
      <IconButton
        icon="phone"
        label={props.space.call ? 'Join the call' : 'Call'}
        onPointerEnter={prepareVoice}
        onClick={() => void joinVoice({ space: props.space.id, channel: props.channel })}
      />
    </Show>
  );
}

/** Whether there is anybody who could answer. */
export function mayCall(space: Space): boolean {
  const partner = partnerIn(space)?.user;
  if (partner && relationTo(partner.id) === 'blocked') return false;
  return othersIn(space).some(({ user, member }) => member && user.handle !== null && !user.bot);
}
