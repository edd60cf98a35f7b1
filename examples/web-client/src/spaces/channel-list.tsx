import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createMemo, For, Show } from 'solid-js';
import { hubOf } from '../members/handle.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { remembered } from '../ui/remember.ts';
import { roving } from '../ui/roving.ts';
import { ChannelRow } from './channel-row.tsx';
import { channelTree } from './channel-tree.ts';
import { showCreateChannel } from './create-channel.tsx';
import { rightsIn } from './rights.ts';
import { showSpaceMenu } from './space-menu.ts';
import { findChannel } from './world.ts';
import './channel-list.css';

const [folded, setFolded] = remembered<readonly string[]>('folded', []);

/** Channels of the open community, by category. */
export function ChannelList(props: { space: Space; current: string | undefined }) {
  let element!: HTMLElement;
  const move = roving(() => element);
  const rights = createMemo(() => rightsIn(props.space));
  const tree = createMemo(() => channelTree(props.space));
  const loose = () => tree().find((group) => !group.category)?.channels ?? [];
  const categories = () => tree().flatMap((group) => (group.category ? [group.category.id] : []));
  return (
    <>
      <button
        type="button"
        class="space-name bar"
        aria-haspopup="menu"
        aria-label={props.space.name}
        title={hubOf(props.space) && `This community lives on ${hubOf(props.space)}`}
        onClick={(event) => showSpaceMenu(event.currentTarget, props.space)}
      >
        <span class="grow space-title">
          <span class="ellipsis">{props.space.name}</span>
          <Show when={hubOf(props.space)}>{(hub) => <span class="space-hub ellipsis">{hub()}</span>}</Show>
        </span>
        <Icon name="down" size={16} />
      </button>
      <nav ref={element} class="channels" aria-label={`Channels of ${props.space.name}`} onKeyDown={move}>
        <Show when={props.space.channels.length === 0}>
          <p class="channels-empty">
            There are no channels that you can see.
            <Show when={rights().has('channel.manage')}> Create the first one from the menu above.</Show>
          </p>
        </Show>
        <ul>
          <Rows space={props.space} channels={loose()} current={props.current} />
        </ul>
        <For each={categories()}>
          {(id) => (
            <Show when={tree().find((group) => group.category?.id === id)}>
              {(group) => (
                <section>
                  <div class="category">
                    <button
                      type="button"
                      data-rove
                      class="category-name"
                      aria-expanded={!folded().includes(id)}
                      onClick={() =>
                        setFolded(folded().includes(id) ? folded().filter((one) => one !== id) : [...folded(), id])
                      }
                    >
                      <Icon name={folded().includes(id) ? 'right' : 'down'} size={12} />
                      <span class="ellipsis">{group().category!.name}</span>
                    </button>
                    <Show when={rights().has('channel.manage')}>
                      <IconButton
                        icon="plus"
                        size={15}
                        label={`Create a channel in ${group().category!.name}`}
                        onClick={() => showCreateChannel(props.space, id)}
                      />
                    </Show>
                  </div>
                  <ul>
                    <Rows
                      space={props.space}
                      current={props.current}
                      channels={
                        folded().includes(id)
                          ? group().channels.filter(
                              (channel) => channel.id === props.current || channel.view.unread > 0,
                            )
                          : group().channels
                      }
                    />
                  </ul>
                </section>
              )}
            </Show>
          )}
        </For>
      </nav>
    </>
  );
}

/** Rows are kept by id, so that a new message in a channel does not take the focus off its row. */
function Rows(props: { space: Space; channels: readonly ChannelView[]; current: string | undefined }) {
  return (
    <For each={props.channels.map((channel) => channel.id)}>
      {(id) => (
        <Show when={findChannel(props.space.id, id)}>
          {(channel) => <ChannelRow space={props.space} channel={channel()} current={props.current === id} />}
        </Show>
      )}
    </For>
  );
}
