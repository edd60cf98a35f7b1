import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { Icon } from '../ui/icon.tsx';
import { showChannelMenu } from './channel-menu.ts';
import { sayCount } from './marks.ts';
import { isPrivate, rightsIn } from './rights.ts';

const voiceLater = 'Voice comes with a later version of this homeserver.';

/** One channel in the list. */
export function ChannelRow(props: { space: Space; channel: ChannelView; current: boolean }) {
  const view = () => props.channel.view;
  const isVoice = () => props.channel.kind === 'voice';
  const unread = () => view().unread > 0 && !props.current;
  const label = () => {
    const kind = isVoice() ? 'Voice channel ' : '';
    const waiting = view().mentions > 0 ? `, ${view().mentions} mentions` : unread() ? ', unread' : '';
    return `${kind}${props.channel.name}${isPrivate(props.channel) ? ', private' : ''}${waiting}`;
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
  return (
    <li class="channel" classList={{ unread: unread(), current: props.current }} onContextMenu={menu}>
      <Show
        when={!isVoice()}
        fallback={
          <button
            type="button"
            data-rove
            class="channel-link"
            aria-disabled="true"
            aria-label={`${label()}. ${voiceLater}`}
            title={voiceLater}
          >
            {face()}
          </button>
        }
      >
        <a
          data-rove
          class="channel-link"
          href={pathTo(props.space.id, props.channel.id)}
          aria-current={props.current ? 'page' : undefined}
          aria-label={label()}
        >
          {face()}
          <Show when={view().mentions > 0 && !props.current}>
            <span class="badge" aria-hidden="true">
              {sayCount(view().mentions)}
            </span>
          </Show>
        </a>
      </Show>
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
    </li>
  );
}
