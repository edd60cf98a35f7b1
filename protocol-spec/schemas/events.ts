import { type Static, type TSchema, Type } from 'typebox';
import { botGrantFields } from './bot-grants.ts';
import { EventHash, Place } from './federation/values.ts';
import { Handle, InviteId, RoleId, ServerName, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { Reason } from './moderation.ts';
import {
  Channel,
  Color,
  ChannelName,
  Description,
  Emoji,
  Mentions,
  MessageContent,
  Nick,
  Rank,
  RoleName,
  SpaceKind,
  SpaceName,
  Topic,
  UserLimit,
  VoiceBitrate,
} from './objects.ts';
import { Override, Permissions } from './permissions.ts';

const strict = { additionalProperties: false } as const;
const PublicKey = Type.Object(
  { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) },
  strict,
);
const role = {
  name: RoleName,
  color: Color,
  rank: Rank,
  permissions: Permissions,
  hoist: Type.Boolean(),
  mentionable: Type.Boolean(),
};
const channel = {
  name: ChannelName,
  topic: Topic,
  parent: Channel.properties.parent,
  order: Channel.properties.order,
  slow_mode: Channel.properties.slow_mode,
  bitrate: Type.Optional(Type.Union([VoiceBitrate, Type.Null()], { description: '`null`: as usual' })),
  user_limit: Type.Optional(Type.Union([UserLimit, Type.Null()], { description: '`null`: as many as there may be' })),
  overrides: Type.Array(Override, { maxItems: limits.overridesPerChannel }),
};

/** Who a bot is, as its own identity document says it. [BOT-6] */
const BotProfile = Type.Object(
  {
    identity: Type.Object({ user: UserId, home: ServerName, handle: Handle, bot: Type.Literal(true) }),
    display_name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  },
  strict,
);

/** Who joins: the identity document of the user (1.5) and the name that is shown. */
export const JoinProfile = Type.Object(
  {
    identity: Type.Record(Type.String(), Type.Unknown(), { description: 'Identity document of the user' }),
    display_name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  },
  strict,
);

/** Body of the intent of each event type. `_` events concern the whole space, the others one channel. [EVT-1] */
export const eventBodies = {
  'space.create': Type.Object(
    {
      kind: SpaceKind,
      name: Type.String({ maxLength: limits.nameLength }),
      description: Description,
      hub: Type.String(),
      key: PublicKey,
      root: PublicKey,
      owner: UserId,
      recovery: Type.Array(Type.String(), { description: 'Key ids that may move the space' }),
      permissions: Permissions,
    },
    strict,
  ),
  'space.update': Type.Partial(
    Type.Object({ name: SpaceName, description: Description, owner: UserId }, strict),
    strict,
  ),
  'space.delete': Type.Object({}, strict),
  'role.create': Type.Object({ role: RoleId, ...role }, strict),
  'role.update': Type.Object({ role: RoleId, ...Type.Partial(Type.Object(role)).properties }, strict),
  'role.delete': Type.Object({ role: RoleId }, strict),
  'member.join': Type.Object(
    {
      invite: Type.Optional(InviteId),
      proof: Type.Optional(
        Type.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: 'That the actor knows the code of the invite' }),
      ),
      profile: Type.Optional(JoinProfile),
      unlisted: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  'member.leave': Type.Object({}, strict),
  'member.kick': Type.Object({ user: UserId, reason: Type.Optional(Reason) }, strict),
  'member.ban': Type.Object({ user: UserId, reason: Type.Optional(Reason) }, strict),
  'member.unban': Type.Object({ user: UserId }, strict),
  'server.block': Type.Object({ server: ServerName, reason: Type.Optional(Reason) }, strict),
  'server.unblock': Type.Object({ server: ServerName }, strict),
  'member.timeout': Type.Object(
    { user: UserId, until: Type.Union([Timestamp, Type.Null()]), reason: Type.Optional(Reason) },
    strict,
  ),
  'member.roles': Type.Object({ user: UserId, add: Type.Array(RoleId), remove: Type.Array(RoleId) }, strict),
  'member.update': Type.Object(
    {
      user: UserId,
      nick: Type.Optional(Type.Union([Nick, Type.Null()])),
      unlisted: Type.Optional(Type.Boolean()),
    },
    { ...strict, minProperties: 2 },
  ),
  'channel.create': Type.Object({ kind: Channel.properties.kind, ...channel }, strict),
  'channel.update': Type.Partial(Type.Object(channel, strict), strict),
  'channel.delete': Type.Object({}, strict),
  'message.create': Type.Object({ content: MessageContent }, strict),
  'message.update': Type.Object({ content: MessageContent }, strict),
  'message.delete': Type.Object({ reason: Type.Optional(Reason) }, strict),
  'reaction.add': Type.Object({ emoji: Emoji }, strict),
  'reaction.remove': Type.Object({ emoji: Emoji, user: Type.Optional(UserId) }, strict),
  'pin.add': Type.Object({}, strict),
  'pin.remove': Type.Object({}, strict),
  'invite.create': Type.Object(
    {
      invite: InviteId,
      key: Type.Optional(
        Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Public key (`x`) that is made of the code' }),
      ),
      max_uses: Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()]),
      expires: Type.Union([Timestamp, Type.Null()]),
      role: Type.Union([RoleId, Type.Null()]),
      user: Type.Optional(UserId),
    },
    strict,
  ),
  'invite.revoke': Type.Object({ invite: InviteId }, strict),
  'server.key': Type.Object(
    { server: ServerName, keys: Type.Array(PublicKey, { minItems: 1, maxItems: 8 }), root: EventHash },
    strict,
  ),
  'hub.key': Type.Object({ keys: Type.Array(PublicKey, { minItems: 1, maxItems: 8 }) }, strict),
  'epoch.start': Type.Object({ fork: Type.Object({ ...Place, hash: EventHash }, strict) }, strict),
  'voice.mute': Type.Object({ user: UserId, muted: Type.Boolean(), deafened: Type.Boolean() }, strict),
  'voice.move': Type.Object({ user: UserId }, strict),
  'voice.disconnect': Type.Object({ user: UserId }, strict),
  'bot.grant': Type.Object({ bot: UserId, profile: BotProfile, ...botGrantFields }, strict),
  'bot.revoke': Type.Object({ bot: UserId, reason: Type.Optional(Reason) }, strict),
} as const satisfies Record<string, TSchema>;

export type EventType = keyof typeof eventBodies;
export type EventBody<T extends EventType> = Static<(typeof eventBodies)[T]>;

const mentioning = Type.Object({ mentions: Mentions });

/** What the hub adds to the payload of an event. [EVT-2] */
export const hubParts = {
  'member.join': Type.Object({
    roles: Type.Array(RoleId),
    timeout: Type.Optional(Type.Integer({ minimum: 0, description: 'One from before that still lasts' })),
  }),
  'member.leave': Type.Union([
    Type.Object({ owner: UserId }, { description: 'Who owns the group from now on' }),
    Type.Undefined(),
  ]),
  'member.ban': Type.Object({ member: Type.Boolean({ description: 'Whether it ended a membership' }) }),
  'server.block': Type.Object({ users: Type.Array(UserId, { description: 'Whose membership it ended' }) }),
  'bot.revoke': Type.Object({ member: Type.Boolean({ description: 'Whether the bot had joined' }) }),
  'message.create': mentioning,
  'message.update': mentioning,
} as const satisfies { [T in EventType]?: TSchema };

export type HubParts = { [T in keyof typeof hubParts]: Static<(typeof hubParts)[T]> };
