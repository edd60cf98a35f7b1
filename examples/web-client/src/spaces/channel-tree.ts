import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';

export interface ChannelGroup {
  /** Undefined for the channels that stand outside of every category. */
  category: ChannelView | undefined;
  channels: ChannelView[];
}

/** Channels as the list shows them: without a category first, then category by category. */
export function channelTree(space: Space): ChannelGroup[] {
  const categories = space.channels.filter((channel) => channel.kind === 'category');
  const known = new Set(categories.map((category) => category.id));
  const inside = (parent: string | undefined) =>
    space.channels.filter(
      (channel) =>
        channel.kind !== 'category' &&
        (parent === undefined ? !channel.parent || !known.has(channel.parent) : channel.parent === parent),
    );
  const loose = inside(undefined);
  return [
    ...(loose.length > 0 ? [{ category: undefined, channels: loose }] : []),
    ...categories.map((category) => ({ category, channels: inside(category.id) })),
  ];
}

/** Text channels in the order of the list. */
export function textChannels(space: Space): ChannelView[] {
  return channelTree(space).flatMap((group) => group.channels.filter((channel) => channel.kind === 'text'));
}

/** Text and voice channels in the order of the list. */
export function placesIn(space: Space): ChannelView[] {
  return channelTree(space).flatMap((group) => group.channels);
}
