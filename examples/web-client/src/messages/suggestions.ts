import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { findEmoji } from '../emoji/emoji-search.ts';
import { handleOf } from '../members/handle.ts';
import { knownMembers, nameOfMember, searchMembers } from '../members/people.ts';
import { cssColor, rankedRoles } from '../spaces/rights.ts';
import type { IconName } from '../ui/icon.tsx';

export interface Suggestion {
  key: string;
  /** What is put into the text. */
  text: string;
  label: string;
  detail?: string;
  kind: 'person' | 'role' | 'everyone' | 'channel' | 'emoji' | 'word';
  icon?: IconName;
  color?: string | undefined;
}

export interface Trigger {
  sign: '@' | '#' | ':';
  query: string;
  /** Where the sign stands. */
  from: number;
}

const most = 8;

/** What is being mentioned right before the caret, if anything. */
export function triggerAt(text: string, caret: number): Trigger | undefined {
  const match = /(?:^|[\s(])([@#:])([\p{L}\p{N}_.+-]{0,32})$/u.exec(text.slice(Math.max(0, caret - 40), caret));
  if (!match) return undefined;
  const sign = match[1] as Trigger['sign'];
  const query = match[2]!;
  if (sign === ':' && query.length < 2) return undefined;
  return { sign, query: query.toLowerCase(), from: caret - query.length - 1 };
}

/** Suggestions that are known at once. */
export function suggest(trigger: Trigger, space: Space, mayMentionAll: boolean): Suggestion[] {
  const { sign, query } = trigger;
  if (sign === ':') {
    return findEmoji(query, most).map((emoji) => ({
      key: emoji.sign,
      text: `${emoji.sign} `,
      label: `:${emoji.name}:`,
      detail: emoji.sign,
      kind: 'emoji',
    }));
  }
  if (sign === '#') {
    return space.channels
      .filter((channel) => channel.kind === 'text' && channel.name.toLowerCase().includes(query))
      .sort((a, b) => Number(b.name.toLowerCase().startsWith(query)) - Number(a.name.toLowerCase().startsWith(query)))
      .slice(0, most)
      .map((channel) => ({
        key: channel.id,
        text: `#${channel.name} `,
        label: channel.name,
        detail: channel.topic,
        kind: 'channel',
      }));
  }
  const people: Suggestion[] = knownMembers(space.id)
    .filter(
      (member) =>
        member.user.handle !== null &&
        [member.user.handle, member.user.display_name, member.nick ?? ''].some((name) => startsWord(name, query)),
    )
    .map((member) => ({
      key: member.user.id,
      text: `@${handleOf(member.user)} `,
      label: nameOfMember(member),
      detail: `@${handleOf(member.user)}`,
      kind: 'person' as const,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const roles: Suggestion[] = rankedRoles(space)
    .filter((role) => (role.mentionable || mayMentionAll) && startsWord(role.name, query))
    .map((role) => ({
      key: role.id,
      text: `@${role.name} `,
      label: role.name,
      detail: 'Role',
      kind: 'role',
      color: cssColor(role.color),
    }));
  const everyone: Suggestion[] =
    mayMentionAll && 'everyone'.startsWith(query)
      ? [
          {
            key: 'everyone',
            text: '@everyone ',
            label: 'everyone',
            detail: 'All who can see this channel',
            kind: 'everyone',
          },
        ]
      : [];
  return [...people.slice(0, most), ...roles, ...everyone].slice(0, most + 2);
}

/** Asks the homeserver for members that were not seen yet; they become known, and `suggest` finds them. */
export async function askForMembers(space: string, query: string, signal: AbortSignal): Promise<void> {
  await searchMembers(space, query, 10, signal).catch(() => []);
}

function startsWord(name: string, query: string): boolean {
  const low = name.toLowerCase();
  return low.startsWith(query) || low.split(/[\s._-]+/).some((word) => word.startsWith(query));
}
