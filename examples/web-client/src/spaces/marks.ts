import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';

/** What waits in a space: unread messages, capped for each channel, and mentions. What is written to one directly counts like a mention. */
export function spaceMarks(space: Space): { unread: number; mentions: number } {
  let unread = 0;
  let mentions = 0;
  for (const channel of space.channels) {
    if (channel.kind !== 'text') continue;
    unread += channel.view.unread;
    mentions += channel.view.mentions;
  }
  return { unread, mentions: space.kind === 'community' ? mentions : unread };
}

/** A count that fits a badge. */
export function sayCount(count: number): string {
  return count > 99 ? '99+' : String(count);
}
