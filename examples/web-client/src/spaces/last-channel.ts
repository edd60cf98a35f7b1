import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { remembered } from '../ui/remember.ts';
import { textChannels } from './channel-tree.ts';

const [last, setLast] = remembered<Record<string, string>>('last-channel', {});

export function rememberChannel(space: string, channel: string): void {
  if (last()[space] !== channel) setLast({ ...last(), [space]: channel });
}

/** Where one was last in a community, or its first text channel. */
export function channelToOpen(space: Space): string | undefined {
  const all = textChannels(space);
  return (all.find((channel) => channel.id === last()[space.id]) ?? all[0])?.id;
}
