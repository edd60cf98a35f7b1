import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js';
import { isNarrow } from '../app/drawers.ts';
import { PlacesButton } from '../app/places-button.tsx';
import { nameIn } from '../members/people.ts';
import { isPrivate, rightsIn } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { remembered } from '../ui/remember.ts';
import { joinVoice, prepareVoice, tryMicrophoneAgain } from './voice.ts';
import { VoiceControls } from './voice-controls.tsx';
import { isIn, peopleIn, voiceNow } from './voice-now.ts';
import { Stage } from './stage.tsx';
import './voice-page.css';

const [layout, setLayout] = remembered<'grid' | 'spotlight'>('voice-layout', 'grid');

/** A voice channel: who is inside before one goes in, and their pictures then. */
export function VoicePage(props: { space: Space; channel: ChannelView }) {
  const [pinned, setPinned] = createSignal<string>();
  const people = createMemo(() => peopleIn(props.space.id, props.channel.id));
  const inside = () => isIn(props.channel.id);
  const shown = () => (pinned() === undefined ? layout() : 'spotlight');
  const toggleLayout = () => {
    const next = shown() === 'grid' ? 'spotlight' : 'grid';
    setPinned(undefined);
    setLayout(next);
  };
  return (
    <>
      <header class="bar channel-header">
        <PlacesButton />
        <span class="channel-sign">
          <Icon name={isPrivate(props.channel) ? 'lock' : 'voice'} size={20} />
        </span>
        <h1 class="ellipsis">{props.channel.name}</h1>
        <span class="grow quiet voice-inside">{sayInside(people().length, props.channel.user_limit)}</span>
        <Show when={inside()}>
          <IconButton
            icon={shown() === 'grid' ? 'spotlight' : 'grid'}
            label={shown() === 'grid' ? 'One large, the others small' : 'All the same size'}
            onClick={toggleLayout}
          />
        </Show>
      </header>
      <main class="voice-page" aria-label={`Voice channel ${props.channel.name}`}>
        <Show when={inside()} fallback={<Lobby {...props} />}>
          <Stage space={props.space} channel={props.channel.id} layout={shown()} pinned={pinned()} onPin={setPinned} />
          <VoiceNotice />
          <footer class="voice-bar">
            <VoiceControls isBar />
          </footer>
        </Show>
      </main>
    </>
  );
}

function sayInside(count: number, limit: number | undefined): string {
  if (limit !== undefined) return `${count} of ${limit} inside`;
  return count === 0 ? 'Nobody inside' : count === 1 ? '1 person inside' : `${count} people inside`;
}

/** What somebody sees who is not inside. */
function Lobby(props: { space: Space; channel: ChannelView }) {
  const people = () => peopleIn(props.space.id, props.channel.id);
  const may = () => rightsIn(props.space, props.channel).has('voice.connect');
  const problem = () => (voiceNow.place?.channel === props.channel.id ? voiceNow.problem : undefined);
  return (
    <div class="voice-lobby">
      <Show
        when={people().length > 0}
        fallback={
          <>
            <span class="channel-start-sign">
              <Icon name="voice" size={28} />
            </span>
            <h2>Nobody is in {props.channel.name}</h2>
            <p class="soft">Go in, and others see that you are there.</p>
          </>
        }
      >
        <ul class="voice-faces" aria-label="Inside">
          <For each={people().slice(0, 24)}>
            {({ user }) => (
              <li>
                <Avatar id={user.id} name={nameIn(props.space.id, user)} size={64} />
                <span class="ellipsis">{nameIn(props.space.id, user)}</span>
              </li>
            )}
          </For>
        </ul>
        <Show when={people().length > 24}>
          <p class="soft">and {people().length - 24} more</p>
        </Show>
      </Show>
      <Show when={problem()}>
        <p class="problem" role="alert">
          <Icon name="warn" size={16} />
          <span>{problem()}</span>
        </p>
      </Show>
      <Switch>
        <Match when={may()}>
          <Button
            look="primary"
            icon="voice"
            onPointerEnter={prepareVoice}
            onClick={() => void joinVoice({ space: props.space.id, channel: props.channel.id })}
          >
            Go in
          </Button>
        </Match>
        <Match when={!may()}>
          <p class="soft">You may see who is inside, but not go in. A moderator can allow it.</p>
        </Match>
      </Switch>
    </div>
  );
}

/** What keeps somebody inside from talking. */
export function VoiceNotice() {
  return (
    <>
      <Show when={voiceNow.phase !== 'in'}>
        <p class="voice-notice" role="status">
          {voiceNow.problem ?? (voiceNow.phase === 'joining' ? 'Going in…' : 'Reconnecting…')}
        </p>
      </Show>
      {/* Elsewhere the panel beside says it. */}
      <Show when={isNarrow() && voiceNow.deviceProblem}>
        {(problem) => (
          <p class="voice-notice" role="alert">
            <Icon name="warn" size={16} />
            <span>
              <Show when={voiceNow.noMicrophone}>
                <strong>No microphone: nobody hears you. </strong>
              </Show>
              {problem()}
            </span>
            <Button small icon="retry" onClick={tryMicrophoneAgain}>
              Try again
            </Button>
          </p>
        )}
      </Show>
    </>
  );
}
