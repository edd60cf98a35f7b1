import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Call } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { createMemo, onCleanup, onMount, Show, untrack } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { go, pathTo } from '../app/router.ts';
import { directs, nameOfUser, othersIn } from '../spaces/direct.ts';
import { myId } from '../spaces/world.ts';
import { voice } from '../session/live.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { ring } from './sounds.ts';
import { joinVoice, prepareVoice } from './voice.ts';
import { isIn } from './voice-now.ts';
import './ringing.css';

/** `calls you and robin` */
function sayWhom(space: Space, { by }: Call): string {
  if (space.kind === 'dm') return 'calls you';
  if (space.name) return `calls ${space.name}`;
  const others = othersIn(space).filter(({ user }) => user.id !== by.id);
  const [first, ...rest] = others.map(({ user }) => nameOfUser(user));
  if (first === undefined) return 'calls you';
  return rest.length === 0 ? `calls you and ${first}` : `calls you, ${first} and ${rest.length} more`;
}

/** Who calls just now. */
export function Ringing() {
  const rings = () => directs().filter(({ call }) => call?.ringing.includes(myId()) && !isIn(call.channel));
  const first = createMemo(() => rings()[0]?.call?.id);
  return (
    <Show when={first()} keyed>
      {(id) => <Ring space={rings().find(({ call }) => call?.id === id)!} />}
    </Show>
  );
}

function Ring(props: { space: Space }) {
  const space = untrack(() => props.space);
  const call = { ...space.call! };
  let element!: HTMLElement;
  // Whoever writes goes on writing: a popover that is no `dialog` takes no focus. Only above a modal dialog it has to be one too.
  const isModal = document.querySelector('dialog:modal') !== null;
  const place = { space: space.id, channel: call.channel };
  const accept = () => {
    go(pathTo(place.space, place.channel));
    void joinVoice(place);
  };
  const decline = () => void voice('decline', { space: place.space, call: call.id }).catch(() => undefined);
  const keys = (event: KeyboardEvent) => {
    if (!event.ctrlKey || !event.shiftKey || (event.key !== 'Enter' && event.key !== 'Backspace')) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') accept();
    else decline();
  };
  onMount(() => {
    prepareVoice();
    if (isModal) {
      (element as HTMLDialogElement).showModal();
      // Else the first button has the focus, and the next key of whoever types declines.
      element.focus();
    } else element.showPopover();
    addEventListener('keydown', keys, { capture: true });
    const stop = ring();
    onCleanup(() => {
      stop();
      removeEventListener('keydown', keys, { capture: true });
    });
  });
  const caller = nameOfUser(call.by);
  return (
    <Dynamic
      component={isModal ? 'dialog' : 'div'}
      ref={(made: HTMLElement) => (element = made)}
      popover={isModal ? undefined : 'manual'}
      role="dialog"
      class="ringing"
      aria-label={`${caller} calls`}
      tabindex={-1}
      onCancel={(event: Event) => {
        event.preventDefault();
        decline();
      }}
      onKeyDown={(event: KeyboardEvent) => event.key === 'Escape' && decline()}
    >
      <div class="ringing-who" role="alert">
        <span class="ringing-face">
          <Avatar id={call.by.id} name={caller} size={56} />
        </span>
        <span class="grow">
          <strong class="ellipsis">{caller}</strong>
          <span class="soft ellipsis">{sayWhom(space, call)}</span>
        </span>
      </div>
      <div class="ringing-answers">
        <Button look="danger" icon="hang-up" title="Decline (Ctrl+Shift+Backspace)" onClick={decline}>
          Decline
        </Button>
        <Button look="primary" icon="phone" title="Accept (Ctrl+Shift+Enter)" onClick={accept}>
          Accept
        </Button>
      </div>
    </Dynamic>
  );
}
