import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { Icon } from '../ui/icon.tsx';
import { joinVoice, prepareVoice } from '../voice/voice.ts';
import { isIn, peopleIn } from '../voice/voice-now.ts';
import { VoicePeople } from '../voice/voice-people.tsx';
import { showChannelMenu } from './channel-menu.ts';
import { sayCount } from './marks.ts';
import { isPrivate, rightsIn } from './rights.ts';

/** One channel in the list. */
export function ChannelRow(props: { space: Space; channel: ChannelView; current: boolean }) {
  const view = () => props.channel.view;
  const isVoice = () => props.channel.kind === 'voice';
  const unread = () => view().unread > 0 && !props.current;
  const label = () => {
    const kind = isVoice() ? 'Voice channel ' : '';
    const waiting = view().mentions > 0 ? `, ${view().mentions} mentions` : unread() ? ', unread' : '';
    const inside = isVoice() ? peopleIn(props.space.id, props.channel.id).length : 0;
    const people = inside > 0 ? `, ${inside} inside` : '';
    return `${kind}${props.channel.name}${isPrivate(props.channel) ? ', private' : ''}${people}${waiting}`;
  };
  const menu = (event: MouseEvent) => {
    event.preventDefault();
    showChannelMenu({ x: event.clientX, y: event.clientY }, props.space, props.channel);
  };
  const face = () => (
    <>
      <span class="channel-sign">
        <Icon name={isVoice() ? 'voice' : isPrivate(props.channel) ? 'lock' : 'hash'} size={17} />
      </span>
      <span class="grow ellipsis">{props.channel.name}</span>
    </>
  );
  // One click in: whoever may not go in gets to the page of the channel, which says so.
  const enter = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isVoice() && plain && rightsIn(props.space, props.channel).has('voice.connect'))
      void joinVoice({ space: props.space.id, channel: props.channel.id });
  };
  return (
    <li>
      <div
        class="channel"
        classList={{ unread: unread(), current: props.current, inside: isVoice() && isIn(props.channel.id) }}
        onContextMenu={menu}
      >
        <a
          data-rove
          class="channel-link"
          href={pathTo(props.space.id, props.channel.id)}
          aria-current={props.current ? 'page' : undefined}
          aria-label={label()}
          onPointerEnter={() => isVoice() && prepareVoice()}
          onClick={enter}
        >
          {face()}
          <Show when={view().mentions > 0 && !props.current}>
            <span class="badge" aria-hidden="true">
              {sayCount(view().mentions)}
            </span>
          </Show>
        </a>
        <Show when={rightsIn(props.space, props.channel).has('channel.manage')}>
          <button
            type="button"
            class="channel-gear"
            tabindex={-1}
            aria-label={`Settings of ${props.channel.name}`}
            title="Channel settings"
            onClick={() => go(`${pathTo(props.space.id, props.channel.id)}/settings`)}
          >
            <Icon name="gear" size={15} />
          </button>
        </Show>
      </div>
      <Show when={isVoice()}>
        <VoicePeople space={props.space} channel={props.channel.id} name={props.channel.name} />
      </Show>
    </li>
  );
}
