import { deleteChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { Channel, ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { go, pathTo } from '../app/router.ts';
import { call } from '../session/api.ts';
import { confirm } from '../ui/confirm.tsx';
import { showMenu } from '../ui/menu.tsx';
import type { Anchor } from '../ui/popover.tsx';
import { markChannelRead } from './mark-read.ts';
import { rightsIn } from './rights.ts';
import { copyText } from '../ui/copy-text.ts';

/** What one can do with a channel. */
export function showChannelMenu(anchor: Anchor, space: Space, channel: ChannelView): void {
  const manages = rightsIn(space, channel).has('channel.manage');
  showMenu(anchor, channel.name, [
    channel.view.unread > 0 && { label: 'Mark as read', icon: 'check', run: () => markChannelRead(space.id, channel) },
    channel.kind !== 'category' && {
      label: 'Copy link',
      icon: 'link',
      run: () => copyText(location.origin + pathTo(space.id, channel.id), 'Link copied.'),
    },
    channel.kind === 'voice' &&
      rightsIn(space, channel).has('voice.screen') && {
        label: 'Stream with OBS',
        icon: 'screen',
        run: () => import('../voice/stream-dialog.tsx').then((dialog) => dialog.showStreamDialog(space, channel)),
      },
    'line',
    manages && { label: 'Channel settings', icon: 'gear', run: () => go(`${pathTo(space.id, channel.id)}/settings`) },
    manages && { label: 'Delete channel', icon: 'trash', danger: true, run: () => askToDeleteChannel(space, channel) },
  ]);
}

/** Asks, then deletes. */
export function askToDeleteChannel(space: Space, channel: Channel): void {
  confirm({
    title: `Delete ${channel.kind === 'text' ? '#' : ''}${channel.name}?`,
    text:
      channel.kind === 'category'
        ? 'Its channels stay; they stand outside of a category then.'
        : channel.kind === 'voice'
          ? 'Whoever is inside is put out.'
          : 'Everything that was written in it is erased for good.',
    action: 'Delete',
    danger: true,
    run: async () => {
      await call(deleteChannel, { params: { space: space.id, channel: channel.id } });
      go(pathTo(space.id), { replace: true });
    },
  });
}
