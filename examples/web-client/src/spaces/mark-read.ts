import { markRead } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { call } from '../session/api.ts';
import { orToast } from '../ui/toast.tsx';

/** Moves the read marker of a channel to its newest message. */
export async function markChannelRead(space: string, channel: ChannelView): Promise<void> {
  const { last, unread } = channel.view;
  if (last === null || unread === 0) return;
  await orToast(call(markRead, { params: { space, channel: channel.id }, body: { message: last } }));
}

export async function markSpaceRead(space: Space): Promise<void> {
  for (const channel of space.channels) if (channel.kind === 'text') await markChannelRead(space.id, channel);
}
