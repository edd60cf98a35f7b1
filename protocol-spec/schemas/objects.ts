import { type Static, Type } from 'typebox';
import { ChannelId, IntentId, InviteId, Position, RoleId, SpaceId, Timestamp, UserId } from './ids.ts';
import { BotGrant } from './bot-grants.ts';
import { limits, voiceLimits } from './limits.ts';
import { SpacePerson, UserSummary } from './people.ts';
import { Override, Permissions } from './permissions.ts';
import { Call, VoiceState } from './voice-state.ts';

const open = { additionalProperties: false } as const;
const name = () => Type.String({ minLength: 1, maxLength: limits.nameLength, pattern: '\\S' });

export const SpaceName = name();
export const Description = Type.String({ maxLength: limits.descriptionLength });
export const RoleName = name();
export const ChannelName = name();
export const Topic = Type.String({ maxLength: limits.topicLength });
export const Nick = name();
export const MessageContent = Type.String({ minLength: 1, maxLength: limits.messageLength, pattern: '\\S' });
export const Emoji = Type.String({ minLength: 1, maxLength: 64, description: 'One emoji (RGI)' });
export const Color = Type.Union([Type.Integer({ minimum: 0, maximum: 0xffffff }), Type.Null()]);
export const Rank = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: 'Higher ranks stand above lower ones; `everyone` is 0',
});
export const SpaceKind = Type.Union([Type.Literal('community'), Type.Literal('dm'), Type.Literal('group')]);
export const ChannelKind = Type.Union([Type.Literal('text'), Type.Literal('voice'), Type.Literal('category')]);

export const SpaceBot = Type.Object(
  { user: UserSummary, member: Type.Boolean({ description: 'False until it has joined' }), grant: BotGrant },
  { ...open, $id: 'SpaceBot' },
);

export const Role = Type.Object(
  {
    id: RoleId,
    name: RoleName,
    color: Color,
    rank: Rank,
    permissions: Permissions,
    hoist: Type.Boolean(),
    mentionable: Type.Boolean(),
  },
  { ...open, $id: 'Role' },
);
export const VoiceBitrate = Type.Integer({
  minimum: 8_000,
  maximum: 256_000,
  description: 'Of a voice channel: bits per second of a microphone',
});
export const UserLimit = Type.Integer({
  minimum: 1,
  maximum: voiceLimits.participantsPerChannel,
  description: 'Of a voice channel: how many it is for',
});
export const Channel = Type.Object(
  {
    id: ChannelId,
    kind: ChannelKind,
    name: ChannelName,
    topic: Topic,
    parent: Type.Union([ChannelId, Type.Null()]),
    order: Type.Integer({ minimum: 0, maximum: 10_000 }),
    slow_mode: Type.Integer({
      minimum: 0,
      maximum: limits.slowModeSeconds,
      description: 'Seconds between two messages of one member',
    }),
    overrides: Type.Array(Override, { maxItems: limits.overridesPerChannel }),
    bitrate: Type.Optional(VoiceBitrate),
    user_limit: Type.Optional(UserLimit),
  },
  { ...open, $id: 'Channel' },
);
export const ReadState = Type.Object(
  {
    last: Type.Union([Position, Type.Null()], { description: 'Newest message' }),
    read: Type.Union([Position, Type.Null()], { description: 'Read marker: everything up to here was seen' }),
    unread: Type.Integer({
      minimum: 0,
      maximum: limits.unreadShown,
      description: 'Messages after the marker, counted up to the maximum',
    }),
    mentions: Type.Integer({ minimum: 0 }),
  },
  { ...open, $id: 'ReadState' },
);
export const ChannelView = Type.Object(
  { ...Channel.properties, view: ReadState },
  { ...open, $id: 'ChannelView', description: 'A channel as one member sees it' },
);
export const Member = Type.Object(
  {
    user: UserSummary,
    nick: Type.Union([Nick, Type.Null()]),
    roles: Type.Array(RoleId),
    joined: Timestamp,
    timeout: Type.Union([Timestamp, Type.Null()], { description: 'May not write, react or invite until then' }),
    unlisted: Type.Optional(
      Type.Literal(true, { description: 'Shown to nobody but the member and who may kick or ban, until they act' }),
    ),
  },
  { ...open, $id: 'Member' },
);
export const SpaceProfile = Type.Object(
  {
    id: SpaceId,
    kind: SpaceKind,
    name: Type.String({
      maxLength: limits.nameLength,
      description: 'Empty for a direct message, and for a group that nobody named: clients name the people',
    }),
    description: Description,
    owner: UserId,
    hub: Type.String(),
    created: Timestamp,
  },
  { ...open, $id: 'SpaceProfile' },
);
export const Space = Type.Object(
  {
    ...SpaceProfile.properties,
    member_count: Type.Integer({ minimum: 0 }),
    roles: Type.Array(Role),
    channels: Type.Array(ChannelView, { description: 'Those that the member may see' }),
    voice: Type.Optional(
      Type.Array(VoiceState, {
        description:
          'Who is in the voice channels that the member may see; on the gateway only, left out where nobody is',
      }),
    ),
    call: Type.Optional(Call),
    me: Member,
    hub_state: Type.Optional(
      Type.Union([Type.Literal('here'), Type.Literal('away')], {
        description: 'Whether the homeserver that decides here can be reached; absent where it is `here`',
      }),
    ),
    people: Type.Optional(
      Type.Array(SpacePerson, {
        description: 'Of a direct message or group only: everybody in it or invited to it, oneself too, by id',
      }),
    ),
    grant: Type.Optional(BotGrant),
  },
  { ...open, $id: 'Space', description: 'A space as one member sees it when it opens' },
);

export const Mentions = Type.Object(
  { users: Type.Array(UserId), roles: Type.Array(RoleId), everyone: Type.Boolean() },
  { ...open, $id: 'Mentions' },
);
export const Reaction = Type.Object(
  { emoji: Emoji, count: Type.Integer({ minimum: 1 }), me: Type.Boolean() },
  { ...open, $id: 'Reaction' },
);
export const Message = Type.Object(
  {
    id: Position,
    space: SpaceId,
    channel: ChannelId,
    author: UserSummary,
    content: Type.String(),
    withheld: Type.Optional(Type.Literal(true, { description: 'A bot may not read what is written here' })),
    ts: Timestamp,
    edited: Type.Union([Timestamp, Type.Null()]),
    reply_to: Type.Union([Position, Type.Null()]),
    mentions: Mentions,
    reactions: Type.Array(Reaction),
    pinned: Type.Boolean(),
    orphaned: Type.Optional(
      Type.Literal(true, { description: 'Its hub lost it: it is not part of the history any more' }),
    ),
    intent: Type.Optional(IntentId),
  },
  { ...open, $id: 'Message' },
);

export const PendingIntent = Type.Object(
  {
    intent: IntentId,
    space: SpaceId,
    channel: Type.Union([ChannelId, Type.Null()]),
    type: Type.String({ description: 'What is asked for, e.g. `message.create`' }),
    message: Type.Optional(Position),
    content: Type.Optional(Type.String()),
    ts: Timestamp,
  },
  { ...open, $id: 'PendingIntent', description: 'What the user did and the hub of that space has not yet answered' },
);

export const Invite = Type.Object(
  {
    id: InviteId,
    creator: UserSummary,
    created: Timestamp,
    expires: Type.Union([Timestamp, Type.Null()]),
    max_uses: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    uses: Type.Integer({ minimum: 0 }),
    role: Type.Union([RoleId, Type.Null()]),
  },
  { ...open, $id: 'Invite' },
);

export type Role = Static<typeof Role>;
export type Channel = Static<typeof Channel>;
export type ChannelView = Static<typeof ChannelView>;
export type ReadState = Static<typeof ReadState>;
export type SpaceBot = Static<typeof SpaceBot>;
export type Member = Static<typeof Member>;
export type SpaceProfile = Static<typeof SpaceProfile>;
export type Space = Static<typeof Space>;
export type Mentions = Static<typeof Mentions>;
export type Message = Static<typeof Message>;
export type PendingIntent = Static<typeof PendingIntent>;
export type Invite = Static<typeof Invite>;
