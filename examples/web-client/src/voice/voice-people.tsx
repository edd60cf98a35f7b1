import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { For, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { saySigns, VoiceSigns } from './voice-signs.tsx';
import { isSpeaking, peopleIn } from './voice-now.ts';
import { showVoicePerson } from './voice-person.tsx';
import './voice-people.css';

/** Who is inside a voice channel, below its name in the list. */
export function VoicePeople(props: { space: Space; channel: string; name: string }) {
  const people = () => peopleIn(props.space.id, props.channel);
  return (
    <Show when={people().length > 0}>
      <ul class="voice-people" aria-label={`In ${props.name}`}>
        <For each={people().map(({ user }) => user.id)}>
          {(id) => (
            <Show when={people().find(({ user }) => user.id === id)}>
              {(state) => <Person space={props.space} state={state()} />}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  );
}

function Person(props: { space: Space; state: VoiceState }) {
  const name = () => nameIn(props.space.id, props.state.user);
  return (
    <li>
      <button
        type="button"
        data-rove
        class="voice-person"
        classList={{ speaks: isSpeaking(props.state) }}
        data-voice-person={props.state.user.id}
        aria-label={`${name()}${saySigns(props.state)}`}
        onClick={(event) => showVoicePerson(event.currentTarget, props.space, props.state.user)}
        onContextMenu={(event) => {
          event.preventDefault();
          showVoicePerson(event.currentTarget, props.space, props.state.user);
        }}
      >
        <Avatar id={props.state.user.id} name={name()} size={24} />
        <span class="grow ellipsis">{name()}</span>
        <VoiceSigns state={props.state} />
      </button>
    </li>
  );
}
