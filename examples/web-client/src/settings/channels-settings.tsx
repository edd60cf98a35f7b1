import { updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { call } from '../session/api.ts';
import { askToDeleteChannel } from '../spaces/channel-menu.ts';
import { channelTree } from '../spaces/channel-tree.ts';
import { showCreateChannel } from '../spaces/create-channel.tsx';
import { isPrivate } from '../spaces/rights.ts';
import { findChannel } from '../spaces/world.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { orToast } from '../ui/toast.tsx';
import './channels-settings.css';

/** Order and category of the channels. */
export function ChannelsSettings(props: { space: Space }) {
  const [busy, setBusy] = createSignal(false);
  const categories = () => props.space.channels.filter((channel) => channel.kind === 'category');
  const tree = () => channelTree(props.space);
  const siblings = (channel: ChannelView) =>
    channel.kind === 'category'
      ? categories()
      : (tree().find((group) => group.channels.some((one) => one.id === channel.id))?.channels ?? []);

  /** Numbers a list of siblings anew; only those whose number changes are sent. */
  const arrange = async (list: readonly ChannelView[]) => {
    setBusy(true);
    await orToast(async () => {
      for (const [order, channel] of list.entries()) {
        if (channel.order !== order)
          await call(updateChannel, { params: { space: props.space.id, channel: channel.id }, body: { order } });
      }
    });
    setBusy(false);
  };
  const move = async (channel: ChannelView, by: 1 | -1) => {
    const list = [...siblings(channel)];
    const at = list.findIndex((one) => one.id === channel.id);
    const other = list[at + by];
    if (!other) return;
    list[at + by] = list[at]!;
    list[at] = other;
    const label = document.activeElement?.getAttribute('aria-label');
    await arrange(list);
    // The row moved under the finger: the focus goes with it.
    queueMicrotask(() => document.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label ?? '')}"]`)?.focus());
  };
  const put = async (channel: ChannelView, parent: string | null) => {
    const order = props.space.channels.filter((one) => one.kind !== 'category' && one.parent === parent).length;
    setBusy(true);
    await orToast(
      call(updateChannel, { params: { space: props.space.id, channel: channel.id }, body: { parent, order } }),
    );
    setBusy(false);
  };
  const row = (id: string) => (
    <Show when={findChannel(props.space.id, id)}>
      {(channel) => (
        <li classList={{ 'is-category': channel().kind === 'category' }}>
          <Show when={channel().kind !== 'category'}>
            <Icon name={channel().kind === 'voice' ? 'voice' : isPrivate(channel()) ? 'lock' : 'hash'} size={17} />
          </Show>
          <strong class="grow ellipsis">{channel().name}</strong>
          <Show when={channel().kind !== 'category' && categories().length > 0}>
            <select
              class="input channel-category"
              aria-label={`Category of ${channel().name}`}
              disabled={busy()}
              onChange={(event) => void put(channel(), event.currentTarget.value || null)}
            >
              <option value="" selected={!channel().parent}>
                No category
              </option>
              <For each={categories()}>
                {(category) => (
                  <option value={category.id} selected={channel().parent === category.id}>
                    {category.name}
                  </option>
                )}
              </For>
            </select>
          </Show>
          <span class="row channel-deeds">
            <IconButton
              icon="up"
              label={`Move ${channel().name} up`}
              disabled={busy() || siblings(channel())[0]?.id === id}
              onClick={() => void move(channel(), -1)}
            />
            <IconButton
              icon="down"
              label={`Move ${channel().name} down`}
              disabled={busy() || siblings(channel()).at(-1)?.id === id}
              onClick={() => void move(channel(), 1)}
            />
            <IconButton
              icon="gear"
              label={`Settings of ${channel().name}`}
              onClick={() => go(`${pathTo(props.space.id, id)}/settings`)}
            />
            <IconButton
              icon="trash"
              label={`Delete ${channel().name}`}
              onClick={() => askToDeleteChannel(props.space, channel())}
            />
          </span>
        </li>
      )}
    </Show>
  );
  return (
    <div class="stack">
      <div>
        <Button look="primary" icon="plus" onClick={() => showCreateChannel(props.space, null)}>
          Create a channel or category
        </Button>
      </div>
      <ul class="list channels-list">
        <For
          each={tree().flatMap((group) => [
            ...(group.category ? [group.category.id] : []),
            ...group.channels.map((channel) => channel.id),
          ])}
        >
          {(id) => row(id)}
        </For>
      </ul>
    </div>
  );
}
