import { type Static, Type } from 'typebox';
import { ChannelId, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { type Permission, permissionNames } from './permissions.ts';

/** What a bot can be told of. [BOT-9] */
export const botEventKinds = ['message', 'reaction', 'pin', 'member', 'typing', 'presence'] as const;
export type BotEventKind = (typeof botEventKinds)[number];

/** A bot acts within its roles and within this; it is never an administrator. [BOT-7] */
export const botActions = permissionNames.filter((name) => name !== 'administrator');

/** What a community lets a bot do and see. [BOT-5] */
export const botGrantFields = {
  channels: Type.Union([Type.Literal('all'), Type.Array(ChannelId, { maxItems: limits.channelsPerSpace })], {
    description: 'Where it may be: everywhere that its roles allow, or in these channels only',
  }),
  events: Type.Array(
    Type.Union(botEventKinds.map((kind) => Type.Literal(kind))) as unknown as ReturnType<
      typeof Type.Unsafe<BotEventKind>
    >,
    {
      uniqueItems: true,
      maxItems: botEventKinds.length,
      description: 'What it is told of',
    },
  ),
  content: Type.Boolean({ description: 'Whether it reads messages that do not mention it' }),
  actions: Type.Array(
    Type.Union(botActions.map((name) => Type.Literal(name))) as unknown as ReturnType<typeof Type.Unsafe<Permission>>,
    {
      uniqueItems: true,
      maxItems: botActions.length,
      description: 'What it may do, as far as its roles allow it too',
    },
  ),
  expires: Type.Union([Timestamp, Type.Null()]),
};

export const BotGrant = Type.Object(
  { bot: UserId, by: UserId, ts: Timestamp, ...botGrantFields },
  { additionalProperties: false, $id: 'BotGrant', description: 'What a community lets a bot do and see' },
);
export type BotGrant = Static<typeof BotGrant>;

/** Names of gateway events by what comes before the dot. What is not here is told to no bot. */
const kinds = new Map<string, BotEventKind | 'always'>(
  Object.entries({
    message: 'message',
    reaction: 'reaction',
    pin: 'pin',
    member: 'member',
    user: 'member',
    typing: 'typing',
    presence: 'presence',
    space: 'always',
    role: 'always',
    channel: 'always',
    bot: 'always',
    invite: 'always',
    ban: 'always',
  } as const),
);

/** Whether a bot with these kinds is told a gateway event of a space. [BOT-9] */
export function isToldOf(events: readonly string[], t: string): boolean {
  const kind = kinds.get(t.slice(0, t.indexOf('.')));
  return kind === 'always' || (kind !== undefined && events.includes(kind));
}

/** The same object without what was written, as a bot sees it that may not read it. [BOT-10] */
export function withhold<M extends { content: string }>(message: M): M & { withheld: true } {
  return { ...message, content: '', withheld: true };
}

/** Whether a bot without `content` reads a message all the same: its own, and those that mention it by name. [BOT-10] */
export function mayRead(bot: string, author: string, mentions: { users?: readonly string[] }): boolean {
  return bot === author || (mentions.users?.includes(bot) ?? false);
}
