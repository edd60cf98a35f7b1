import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { Avatar, hueOf } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { floatPicture } from './float-picture.ts';
import { look } from './pictures.ts';
import { saySigns, VoiceSigns } from './voice-signs.tsx';
import { isSpeaking, type Picture, voiceNow } from './voice-now.ts';
import { showVoicePerson } from './voice-person.tsx';

interface TileProps {
  space: Space;
  state: VoiceState;
  pinned: boolean;
  onPin: () => void;
}

/** Somebody without a picture. */
export function FaceTile(props: TileProps) {
  const name = () => nameIn(props.space.id, props.state.user);
  return (
    <Frame {...props} label={name()}>
      <Avatar id={props.state.user.id} name={name()} size={88} />
    </Frame>
  );
}

/** A camera or a screen; asks for as much of it as is shown. */
export function PictureTile(props: TileProps & { picture: Picture }) {
  let video!: HTMLVideoElement;
  const [width, setWidth] = createSignal(0);
  const [visible, setVisible] = createSignal(false);
  const [pageShown, setPageShown] = createSignal(!document.hidden);
  const by = {};
  const name = () => nameIn(props.space.id, props.state.user);
  const isScreen = () => props.picture.source === 'screen';
  /** `Camera` or, of several, `Camera 2`. */
  const what = () => {
    const { user, source, producer } = props.picture;
    const all = voiceNow.pictures.filter((one) => one.user === user && one.source === source);
    const number = all.length > 1 ? ` ${all.findIndex((one) => one.producer === producer) + 1}` : '';
    return `${isScreen() ? 'Screen' : 'Camera'}${number}`;
  };

  // An own picture that rests is paused for the others, and says why.
  const isStarved = () => props.picture.starved && (props.picture.own || !props.picture.covered);

  onMount(() => {
    const resized = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    const seen = new IntersectionObserver(([entry]) => entry && setVisible(entry.isIntersecting));
    const shown = () => setPageShown(!document.hidden);
    resized.observe(video);
    seen.observe(video);
    document.addEventListener('visibilitychange', shown);
    onCleanup(() => {
      resized.disconnect();
      seen.disconnect();
      document.removeEventListener('visibilitychange', shown);
    });
  });
  createEffect(() => {
    const { producer, own } = props.picture;
    if (own) return;
    const wanted = visible() && pageShown();
    look(producer, by, wanted ? Math.round(width() / 40) * 40 : undefined);
    onCleanup(() => look(producer, by, undefined));
  });
  createEffect(() => {
    const stream = props.picture.stream ?? null;
    if (video.srcObject !== stream) video.srcObject = stream;
    if (stream) void video.play().catch(() => undefined);
  });
  return (
    <Frame
      {...props}
      label={what() === 'Camera' ? name() : `${what()} of ${name()}`}
      isScreen={isScreen()}
      tools={
        <>
          <Show when={document.pictureInPictureEnabled && props.picture.stream}>
            <IconButton
              icon="float"
              size={16}
              label="Picture in picture"
              onClick={() => void floatPicture(props.picture.producer)}
            />
          </Show>
        </>
      }
    >
      <video
        ref={video}
        muted
        playsinline
        aria-label={`${what()} of ${name()}`}
        classList={{ mirrored: props.picture.own && !isScreen(), screen: isScreen() }}
      />
      <Show when={isStarved()}>
        <p class="tile-word">Your connection cannot take this picture just now.</p>
      </Show>
      <Show when={props.picture.covered && !isStarved()}>
        <p class="tile-word">Paused</p>
      </Show>
      <Show when={!props.picture.stream && !props.picture.covered}>
        <p class="tile-word">
          {props.picture.foreign ? 'Sent in a format that this browser cannot show. Another browser may.' : 'Loading…'}
        </p>
      </Show>
    </Frame>
  );
}

function Frame(props: TileProps & { label: string; isScreen?: boolean; tools?: JSX.Element; children: JSX.Element }) {
  return (
    <figure
      class="tile"
      classList={{ speaks: !props.isScreen && isSpeaking(props.state) }}
      style={{ '--hue': hueOf(props.state.user.id) }}
      onDblClick={(event) => void event.currentTarget.requestFullscreen?.().catch(() => undefined)}
      onContextMenu={(event) => {
        event.preventDefault();
        showVoicePerson({ x: event.clientX, y: event.clientY }, props.space, props.state.user);
      }}
    >
      {props.children}
      <figcaption>
        <span class="ellipsis">{props.label}</span>
        <Show when={!props.isScreen}>
          <VoiceSigns state={props.state} />
          <span class="hidden-text">{saySigns(props.state)}</span>
        </Show>
      </figcaption>
      <div class="tile-tools">
        {props.tools}
        <IconButton
          icon="pin"
          size={16}
          label={props.pinned ? `Unpin ${props.label}` : `Pin ${props.label}`}
          pressed={props.pinned}
          onClick={() => props.onPin()}
        />
        <IconButton
          icon="more"
          size={16}
          label={`Volume and more of ${props.label}`}
          onClick={(event) => showVoicePerson(event.currentTarget, props.space, props.state.user)}
        />
      </div>
    </figure>
  );
}
