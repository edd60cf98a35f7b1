import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { membersShown, toggleMembers } from '../app/drawers.ts';
import { PlacesButton } from '../app/places-button.tsx';
import { showDirectMenu } from '../people/direct-menu.ts';
import { DirectTitle } from '../people/direct-title.tsx';
import { isDirect } from '../spaces/direct.ts';
import { isPrivate } from '../spaces/rights.ts';
import { SearchButton } from '../search/search-button.tsx';
import { showChannelMenu } from '../spaces/channel-menu.ts';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { showLayer } from '../ui/layers.tsx';
import { showPopover } from '../ui/popover.tsx';
import { CallButton } from '../voice/call-button.tsx';
import { Markdown } from './markdown.tsx';
import { plainText } from './plain-text.ts';
import { Pins } from './pins.tsx';

interface ChannelHeaderProps {
  space: Space;
  channel: ChannelView;
  onJump: (message: string) => void;
}

/** Name and topic of the open channel, with what opens beside it. */
export function ChannelHeader(props: ChannelHeaderProps) {
  return (
    <header class="bar channel-header">
      <PlacesButton />
      <Show when={isDirect(props.space)} fallback={<ChannelTitle {...props} />}>
        <DirectTitle space={props.space} />
        <CallButton space={props.space} channel={props.channel.id} />
      </Show>
      <IconButton
        icon="pin"
        label="Pinned messages"
        aria-haspopup="dialog"
        onClick={(event) =>
          showPopover(event.currentTarget, (close) => (
            <Pins
              space={props.space}
              channel={props.channel}
              onJump={(message) => {
                close();
                props.onJump(message);
              }}
            />
          ))
        }
      />
      <SearchButton />
      <Show when={isDirect(props.space)}>
        <IconButton
          icon="more"
          label="More"
          aria-haspopup="menu"
          onClick={(event) => showDirectMenu(event.currentTarget, props.space)}
        />
      </Show>
      <Show when={props.space.kind !== 'dm'}>
        <IconButton
          icon="people"
          label={membersShown() ? 'Hide members' : 'Show members'}
          pressed={membersShown()}
          onClick={toggleMembers}
        />
      </Show>
    </header>
  );
}

function ChannelTitle(props: Omit<ChannelHeaderProps, 'onJump'>) {
  const showTopic = () =>
    showLayer((close) => (
      <Dialog title={`#${props.channel.name}`} onClose={close}>
        <Markdown source={props.channel.topic} space={props.space} />
      </Dialog>
    ));
  return (
    <>
      <span class="channel-sign">
        <Icon name={isPrivate(props.channel) ? 'lock' : 'hash'} size={20} />
      </span>
      <h1
        class="ellipsis"
        onContextMenu={(event) => {
          event.preventDefault();
          showChannelMenu({ x: event.clientX, y: event.clientY }, props.space, props.channel);
        }}
      >
        {props.channel.name}
      </h1>
      <Show when={props.channel.topic} fallback={<span class="grow" />}>
        <button type="button" class="channel-topic grow ellipsis" title="Show the whole topic" onClick={showTopic}>
          {plainText(props.channel.topic, props.space)}
        </button>
      </Show>
    </>
  );
}
