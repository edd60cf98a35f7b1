import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { For, lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { sayInCall } from './say-in-call.ts';
import { joinVoice, prepareVoice } from './voice.ts';
import { isIn, peopleIn, voiceNow } from './voice-now.ts';
import './call-strip.css';

const CallStage = lazy(() => import('./call-stage.tsx').then((page) => ({ default: page.CallStage })));

/** The call of a direct message or group, above what is written. */
export function CallStrip(props: { space: Space; channel: string }) {
  const people = () => peopleIn(props.space.id, props.channel).map(({ user }) => user);
  const problem = () =>
    voiceNow.phase === 'out' && voiceNow.place?.channel === props.channel ? voiceNow.problem : undefined;
  return (
    <>
      <Switch>
        <Match when={isIn(props.channel)}>
          <Suspense>
            <CallStage space={props.space} channel={props.channel} />
          </Suspense>
        </Match>
        <Match when={props.space.call && people().length > 0}>
          <section class="call-strip" aria-label="Call">
            <span class="call-faces" aria-hidden="true">
              <For each={people().slice(0, 4)}>
                {(user) => <Avatar id={user.id} name={nameIn(props.space.id, user)} size={26} />}
              </For>
            </span>
            <span class="grow" role="status">
              {sayInCall(people().map((user) => nameIn(props.space.id, user)))}
            </span>
            <Button
              small
              look="primary"
              icon="phone"
              onPointerEnter={prepareVoice}
              onClick={() => void joinVoice({ space: props.space.id, channel: props.channel })}
            >
              Join
            </Button>
          </section>
        </Match>
      </Switch>
      <Show when={problem()}>
        <p class="call-strip problem" role="alert">
          <Icon name="warn" size={16} />
          <span>{problem()}</span>
        </p>
      </Show>
    </>
  );
}
