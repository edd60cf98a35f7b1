import { type Static, Type } from 'typebox';
import {
  ChannelId,
  Handle,
  IntentId,
  InviteId,
  Position,
  ReportId,
  RoleId,
  SessionId,
  SpaceId,
  Timestamp,
  UserId,
} from './ids.ts';
import { BotGrant } from './bot-grants.ts';
import { limits, voiceLimits } from './limits.ts';
import { Override, Permissions } from './permissions.ts';

const open = { additionalProperties: false } as const;
const name = (max: number = limits.nameLength) => Type.String({ minLength: 1, maxLength: max, pattern: '\\S' });

export const SpaceName = name();
export const Description = Type.String({ maxLength: limits.descriptionLength });
export const RoleName = name();
export const ChannelName = name();
export const Topic = Type.String({ maxLength: limits.topicLength });
export const Nick = name();
export const Reason = Type.String({ maxLength: limits.reasonLength });
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
export const Status = Type.Union([
  Type.Literal('online'),
  Type.Literal('idle'),
  Type.Literal('dnd'),
  Type.Literal('offline'),
]);
export const StatusSetting = Type.Union([
  Type.Literal('online'),
  Type.Literal('idle'),
  Type.Literal('dnd'),
  Type.Literal('invisible'),
]);

export const UserSummary = Type.Object(
  {
    id: UserId,
    handle: Type.Union([Handle, Type.Null()], { description: '`null` once the account was deleted' }),
    display_name: Type.String(),
    home: Type.Optional(Type.String({ description: 'Home of a user of another homeserver' })),
    bot: Type.Optional(Type.Literal(true, { description: 'A program acts here, not a person' })),
  },
  { ...open, $id: 'UserSummary' },
);
export const User = Type.Object(
  { ...UserSummary.properties, home: Type.String(), bio: Type.String(), pronouns: Type.String(), created: Timestamp },
  { ...open, $id: 'User' },
);
export const SpaceBot = Type.Object(
  { user: UserSummary, member: Type.Boolean({ description: 'False until it has joined' }), grant: BotGrant },
  { ...open, $id: 'SpaceBot' },
);
export const PresenceSetting = Type.Object(
  { status: StatusSetting, text: Type.String({ maxLength: limits.statusTextLength }) },
  { ...open, $id: 'PresenceSetting' },
);
export const Account = Type.Object(
  {
    ...User.properties,
    email: Type.Union([Type.String(), Type.Null()]),
    admin: Type.Boolean(),
    presence: PresenceSetting,
  },
  { ...open, $id: 'Account', description: 'What only the user sees of itself' },
);
/** `friend` both ways; `incoming` and `outgoing` friend requests; `blocked` by the user. */
export const RelationshipKind = Type.Union([
  Type.Literal('friend'),
  Type.Literal('incoming'),
  Type.Literal('outgoing'),
  Type.Literal('blocked'),
]);
export const Relationship = Type.Object(
  { user: UserSummary, kind: RelationshipKind, since: Timestamp },
  { ...open, $id: 'Relationship', description: 'What another user is to the user' },
);
const Whose = Type.Union([Type.Literal('everyone'), Type.Literal('acquaintances'), Type.Literal('nobody')], {
  description: '`acquaintances` are friends and those one shares a space with',
});
export const Privacy = Type.Object(
  { found_by: Whose, requests_from: Whose },
  {
    ...open,
    $id: 'Privacy',
    description: 'Who may find the user by handle, and whose friend and message requests get through',
  },
);
export const Session = Type.Object(
  { id: SessionId, device: Type.String(), created: Timestamp, last_seen: Timestamp, current: Type.Boolean() },
  { ...open, $id: 'Session' },
);
export const Presence = Type.Object(
  { user: UserId, status: Status, text: Type.String() },
  { ...open, $id: 'Presence' },
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
export const MessageRequest = Type.Object(
  {
    space: SpaceId,
    kind: Type.Union([Type.Literal('dm'), Type.Literal('group')]),
    from: UserSummary,
    ts: Timestamp,
  },
  { ...open, $id: 'MessageRequest', description: 'Somebody who is no friend wants to write to the user' },
);
export const SpacePerson = Type.Object(
  { user: UserSummary, member: Type.Boolean({ description: 'False for somebody who was invited and has not joined' }) },
  { ...open, $id: 'SpacePerson' },
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
export const VoiceState = Type.Object(
  {
    channel: ChannelId,
    user: UserSummary,
    muted: Type.Boolean(),
    deafened: Type.Boolean(),
    server_muted: Type.Boolean({ description: 'By a moderator, or for want of `voice.speak`' }),
    server_deafened: Type.Boolean(),
    camera: Type.Boolean(),
    screen: Type.Boolean(),
  },
  { ...open, $id: 'VoiceState', description: 'Somebody in a voice channel' },
);
export const CallId = Type.String({ pattern: '^[a-z0-9-]{1,64}$', examples: ['7d3b0c52-5b9f-4c1e-8d0a-2f1f6c7be9a4'] });
export const Call = Type.Object(
  {
    id: CallId,
    channel: ChannelId,
    by: UserSummary,
    since: Timestamp,
    ringing: Type.Array(UserId, { maxItems: 10, description: 'Whose devices ring now' }),
    answered: Type.Boolean({ description: 'Whether anybody but the caller was in it' }),
  },
  { ...open, $id: 'Call', description: 'A call in a direct message or group' },
);
export const CallEnd = Type.Union([
  Type.Literal('ended'),
  Type.Literal('declined'),
  Type.Literal('busy'),
  Type.Literal('missed'),
]);
export type CallEnd = Static<typeof CallEnd>;
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
export const Ban = Type.Object(
  { user: UserSummary, by: UserSummary, reason: Type.String(), ts: Timestamp },
  { ...open, $id: 'Ban' },
);
export const ReportReason = Type.Union([
  Type.Literal('spam'),
  Type.Literal('harassment'),
  Type.Literal('hate'),
  Type.Literal('sexual'),
  Type.Literal('violence'),
  Type.Literal('self_harm'),
  Type.Literal('illegal'),
  Type.Literal('other'),
]);
export const ReportReasons = Type.Array(ReportReason, { minItems: 1, maxItems: 4, uniqueItems: true });
export const ReportText = Type.String({ maxLength: limits.reportLength });
export const Report = Type.Object(
  {
    id: ReportId,
    user: UserSummary,
    reasons: ReportReasons,
    text: Type.String(),
    ts: Timestamp,
    from: Type.Union([Type.String(), Type.Null()], {
      description: 'Homeserver of whoever reported it; null for this one. Who it was is not said',
    }),
    channel: Type.Union([ChannelId, Type.Null()]),
    message: Type.Union([Position, Type.Null()], { description: 'Null where somebody was reported, not a message' }),
    said: Type.Array(Type.String(), {
      description: 'What the message said, first and after each edit, kept as evidence while the report is open',
    }),
  },
  { ...open, $id: 'Report' },
);
export const AuditEntry = Type.Object(
  {
    id: Type.String({ description: '`<stream>:<position>` of the event' }),
    type: Type.String(),
    actor: UserSummary,
    target: Type.Union([Type.String(), Type.Null()], {
      description: 'Id of the user, role, channel or invite it was done to',
    }),
    target_name: Type.Union([Type.String(), Type.Null()], { description: 'Its name at that time' }),
    changes: Type.Record(Type.String(), Type.Unknown()),
    reason: Type.Union([Type.String(), Type.Null()]),
    ts: Timestamp,
  },
  { ...open, $id: 'AuditEntry' },
);

export type UserSummary = Static<typeof UserSummary>;
export type User = Static<typeof User>;
export type Account = Static<typeof Account>;
export type PresenceSetting = Static<typeof PresenceSetting>;
export type Relationship = Static<typeof Relationship>;
export type RelationshipKind = Static<typeof RelationshipKind>;
export type Privacy = Static<typeof Privacy>;
export type MessageRequest = Static<typeof MessageRequest>;
export type SpacePerson = Static<typeof SpacePerson>;
export type Session = Static<typeof Session>;
export type Presence = Static<typeof Presence>;
export type Status = Static<typeof Status>;
export type Role = Static<typeof Role>;
export type Channel = Static<typeof Channel>;
export type ChannelView = Static<typeof ChannelView>;
export type ReadState = Static<typeof ReadState>;
export type SpaceBot = Static<typeof SpaceBot>;
export type Member = Static<typeof Member>;
export type SpaceProfile = Static<typeof SpaceProfile>;
export type Call = Static<typeof Call>;
export type VoiceState = Static<typeof VoiceState>;
export type Space = Static<typeof Space>;
export type Mentions = Static<typeof Mentions>;
export type Message = Static<typeof Message>;
export type PendingIntent = Static<typeof PendingIntent>;
export type Invite = Static<typeof Invite>;
export type Ban = Static<typeof Ban>;
export type ReportReason = Static<typeof ReportReason>;
export type Report = Static<typeof Report>;
export type AuditEntry = Static<typeof AuditEntry>;
