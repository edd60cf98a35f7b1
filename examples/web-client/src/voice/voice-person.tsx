import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createEffect, Show } from 'solid-js';
import { memberOf, nameIn } from '../members/people.ts';
import { showProfile } from '../members/profile-card.tsx';
import { nameOfSpace } from '../spaces/direct.ts';
import { rightsIn, standsAbove } from '../spaces/rights.ts';
import { findChannel, findSpace, myId } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/field.tsx';
import { showMenu } from '../ui/menu.tsx';
import { type Anchor, showPopover } from '../ui/popover.tsx';
import { moderateVoice } from './voice.ts';
import { saySigns } from './voice-signs.tsx';
import { hearingOf, setHearing } from './voice-settings.ts';
import './voice-person.css';

/** How loud somebody is for oneself, and what a moderator can do about them. */
export function showVoicePerson(anchor: Anchor, space: Space, user: UserSummary): void {
  showPopover(anchor, (close) => <VoicePerson anchor={anchor} space={space.id} user={user} close={close} />, {
    side: 'beside',
  });
}

interface VoicePersonProps {
  anchor: Anchor;
  space: string;
  user: UserSummary;
  close: () => void;
}

function VoicePerson(props: VoicePersonProps) {
  const space = () => findSpace(props.space);
  const state = () => space()?.voice?.find(({ user }) => user.id === props.user.id);
  const isMe = () => props.user.id === myId();
  const name = () => nameIn(props.space, props.user);
  createEffect(() => !state() && props.close());
  return (
    <section class="voice-card" role="dialog" aria-label={`${name()} in voice`}>
      <header>
        <Avatar id={props.user.id} name={name()} size={40} />
        <div class="grow">
          <h2 class="ellipsis">{name()}</h2>
          <p class="ellipsis">
            In {findChannel(props.space, state()?.channel)?.name ?? (space() && nameOfSpace(space()!))}
            {state() && saySigns(state()!)}
          </p>
        </div>
      </header>
      <Show when={!isMe()}>
        <Volume user={props.user.id} name={name()} />
      </Show>
      <Moderation {...props} />
      <Button small icon="person" onClick={() => showProfile(props.anchor, space(), props.user)}>
        Profile
      </Button>
    </section>
  );
}

function Volume(props: { user: string; name: string }) {
  const hearing = () => hearingOf(props.user);
  const percent = () => Math.round(hearing().volume * 100);
  return (
    <>
      <label class="voice-volume">
        <span>
          Volume <span class="quiet">{percent()} %</span>
        </span>
        <input
          type="range"
          min="0"
          max="200"
          step="5"
          value={percent()}
          disabled={hearing().muted}
          aria-label={`Volume of ${props.name}`}
          onInput={(event) => setHearing(props.user, { volume: event.currentTarget.valueAsNumber / 100 })}
        />
      </label>
      <Switch
        label="Mute for me"
        help="Only you do not hear them any more."
        checked={hearing().muted}
        onChange={(muted) => setHearing(props.user, { muted })}
      />
    </>
  );
}

function Moderation(props: VoicePersonProps) {
  const space = () => findSpace(props.space);
  const state = () => space()?.voice?.find(({ user }) => user.id === props.user.id);
  const above = () => {
    const member = memberOf(props.space, props.user.id);
    return props.user.id !== myId() && member && space() ? standsAbove(space()!, member) : false;
  };
  const may = (what: 'voice.mute' | 'voice.move') =>
    above() && rightsIn(space(), findChannel(props.space, state()?.channel)).has(what);
  const who = () => ({ space: props.space, user: props.user.id });
  const where = () => ({ space: props.space, channel: state()?.channel ?? '' });
  const others = () => (space()?.channels ?? []).filter(({ kind, id }) => kind === 'voice' && id !== state()?.channel);
  const move = (anchor: HTMLElement) =>
    showMenu(
      anchor,
      'Move to',
      others().map(({ id, name }) => ({
        label: name,
        icon: 'voice' as const,
        run: () => moderateVoice(where(), 'move', { ...who(), channel: id }),
      })),
    );
  return (
    <>
      <Show when={may('voice.mute')}>
        <Switch
          label="Muted for everybody"
          checked={state()?.server_muted ?? false}
          onChange={(muted) => void moderateVoice(where(), 'moderate', { ...who(), muted })}
        />
        <Switch
          label="Deafened"
          help="Hears nobody."
          checked={state()?.server_deafened ?? false}
          onChange={(deafened) => void moderateVoice(where(), 'moderate', { ...who(), deafened })}
        />
      </Show>
      <Show when={may('voice.move')}>
        <div class="row">
          <Show when={others().length > 0}>
            <Button small icon="right" onClick={(event) => move(event.currentTarget)}>
              Move
            </Button>
          </Show>
          <Button small icon="hang-up" onClick={() => void moderateVoice(where(), 'disconnect', who())}>
            Disconnect
          </Button>
        </div>
      </Show>
    </>
  );
}
