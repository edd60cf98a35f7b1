import { type Static, type TSchema, Type } from 'typebox';
import { ChannelId, IntentId, InviteId, Position, RoleId, SpaceId, Timestamp, UserId } from '../ids.ts';
import { Ban } from '../moderation.ts';
import {
  Channel,
  Emoji,
  Invite,
  Member,
  Message,
  PendingIntent,
  ReadState,
  Role,
  Space,
  SpaceBot,
  SpaceProfile,
} from '../objects.ts';
import { Account, MessageRequest, Presence, Relationship, SpacePerson, UserSummary } from '../people.ts';
import { VoiceState, Call, CallEnd, CallId } from '../voice-state.ts';

const open = { additionalProperties: false } as const;

/** What a client is told, by name: the `d` of an `event` frame. [GW-6] */
export const gatewayEvents = {
  'space.joined': Type.Object({ space: Space }, open),
  'space.left': Type.Object(
    {
      space: SpaceId,
      reason: Type.Union([
        Type.Literal('left'),
        Type.Literal('kicked'),
        Type.Literal('banned'),
        Type.Literal('server_blocked'),
        Type.Literal('deleted'),
      ]),
    },
    open,
  ),
  'space.updated': Type.Object(
    {
      space: SpaceProfile,
      member_count: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Where its hub counts otherwise than the events before' }),
      ),
    },
    open,
  ),
  'space.hub': Type.Object(
    { space: SpaceId, state: Type.Union([Type.Literal('here'), Type.Literal('away')]) },
    { ...open, description: 'Whether the homeserver that decides there can be reached' },
  ),
  'role.created': Type.Object({ space: SpaceId, role: Role }, open),
  'role.updated': Type.Object({ space: SpaceId, role: Role }, open),
  'role.deleted': Type.Object({ space: SpaceId, role: RoleId }, open),
  'channel.created': Type.Object(
    {
      space: SpaceId,
      channel: Channel,
      view: Type.Optional(ReadState),
      voice: Type.Optional(Type.Array(VoiceState, { description: 'Who is in it, where somebody is' })),
    },
    open,
  ),
  'channel.updated': Type.Object({ space: SpaceId, channel: Channel }, open),
  'channel.deleted': Type.Object(
    { space: SpaceId, channel: ChannelId },
    { ...open, description: 'Deleted, or no longer visible' },
  ),
  'member.joined': Type.Object({ space: SpaceId, member: Member }, open),
  'member.updated': Type.Object({ space: SpaceId, member: Member }, open),
  'member.left': Type.Object({ space: SpaceId, user: UserId }, open),
  'space.counted': Type.Object(
    { space: SpaceId, by: Type.Integer() },
    { ...open, description: 'So many members more, or fewer, who are on no list' },
  ),
  'member.unlisted': Type.Object(
    { space: SpaceId, user: UserId },
    { ...open, description: 'Still a member, and shown in no list any more' },
  ),
  'invite.created': Type.Object({ space: SpaceId, invite: Invite }, open),
  'invite.revoked': Type.Object({ space: SpaceId, invite: InviteId }, open),
  'ban.added': Type.Object({ space: SpaceId, ban: Ban }, open),
  'ban.removed': Type.Object({ space: SpaceId, user: UserId }, open),
  'reports.changed': Type.Object(
    { space: SpaceId },
    { ...open, description: 'There is a new report, or one was closed: ask for the list again' },
  ),
  'message.created': Type.Object({ message: Message }, open),
  'message.updated': Type.Object(
    {
      space: SpaceId,
      channel: ChannelId,
      message: Position,
      content: Type.String(),
      withheld: Message.properties.withheld,
      edited: Timestamp,
      mentions: Message.properties.mentions,
    },
    open,
  ),
  'message.deleted': Type.Object({ space: SpaceId, channel: ChannelId, messages: Type.Array(Position) }, open),
  'reaction.added': Type.Object(
    { space: SpaceId, channel: ChannelId, message: Position, emoji: Emoji, user: UserId },
    open,
  ),
  'reaction.removed': Type.Object(
    { space: SpaceId, channel: ChannelId, message: Position, emoji: Emoji, user: UserId },
    open,
  ),
  'pin.added': Type.Object({ space: SpaceId, channel: ChannelId, message: Position }, open),
  'pin.removed': Type.Object({ space: SpaceId, channel: ChannelId, message: Position }, open),
  'bot.granted': Type.Object(
    { space: SpaceId, bot: SpaceBot },
    { ...open, description: 'To those who manage the space, and to the bot' },
  ),
  'bot.revoked': Type.Object({ space: SpaceId, bot: UserId }, open),
  'read.updated': Type.Object(
    { space: SpaceId, channel: ChannelId, view: ReadState },
    { ...open, description: 'The own read marker moved, on any device' },
  ),
  'typing.started': Type.Object({ space: SpaceId, channel: ChannelId, user: UserSummary, until: Timestamp }, open),
  'voice.state': Type.Object(
    { space: SpaceId, state: VoiceState },
    {
      ...open,
      description: 'Somebody went into a voice channel, or changed in it; replaces what was known of that user',
    },
  ),
  'voice.left': Type.Object({ space: SpaceId, channel: ChannelId, user: UserId }, open),
  'call.state': Type.Object(
    { space: SpaceId, call: Call },
    { ...open, description: 'Somebody calls, or who is rung changed; replaces what was known of the call' },
  ),
  'call.ended': Type.Object({ space: SpaceId, channel: ChannelId, call: CallId, reason: CallEnd }, open),
  'presence.updated': Type.Object({ presence: Presence }, open),
  'user.updated': Type.Object({ user: UserSummary }, open),
  'space.people': Type.Object(
    { space: SpaceId, people: Type.Array(SpacePerson) },
    { ...open, description: 'Who is in a direct message or group, or invited to it, as a whole' },
  ),
  'relationship.updated': Type.Object(
    { relationship: Relationship },
    { ...open, description: 'New, or of another kind than before' },
  ),
  'relationship.removed': Type.Object({ user: UserId }, open),
  'request.added': Type.Object({ request: MessageRequest }, open),
  'request.removed': Type.Object(
    { space: SpaceId },
    { ...open, description: 'Accepted, ignored, or taken back, on any device' },
  ),
  'stream.forked': Type.Object(
    {
      space: SpaceId,
      channel: Type.Union([ChannelId, Type.Null()], { description: 'Null for what concerns the whole space' }),
      fork: Position,
      start: Position,
      lost: Type.Integer({ minimum: 0, description: 'Events here that are not part of the history any more' }),
    },
    {
      ...open,
      description:
        'The hub was restored from a backup and goes on at `start`: messages after `fork` and before it are orphaned',
    },
  ),
  'event.received': Type.Object(
    {
      space: SpaceId,
      stream: Type.String({ description: '`_` or the id of the channel' }),
      position: Position,
      type: Type.String(),
      actor: UserId,
      body: Type.Unknown(),
    },
    { ...open, description: 'An event of a type that the homeserver does not know' },
  ),
  'account.updated': Type.Object({ account: Account }, open),
  'intent.pending': Type.Object(PendingIntent.properties, {
    ...open,
    description: 'Something the user did waits for the hub of that space',
  }),
  'intent.settled': Type.Object(
    { intent: IntentId, ok: Type.Boolean(), code: Type.Optional(Type.String()) },
    {
      ...open,
      description: 'It waits no more: it has happened, or was refused with this code',
      examples: [{ intent: 'i_abcdefghijklmnopqrstuvwxyz', ok: false, code: 'missing_permission' }],
    },
  ),
} as const satisfies Record<string, TSchema>;

export type GatewayEventName = keyof typeof gatewayEvents;
export type GatewayEventData<T extends GatewayEventName> = Static<(typeof gatewayEvents)[T]>;
export type GatewayEvent = { [T in GatewayEventName]: { t: T; d: GatewayEventData<T> } }[GatewayEventName];

/** Opening state: together with the events that follow it is always what a fresh one would say. [GW-7] */
export const OpeningState = Type.Object(
  {
    account: Account,
    spaces: Type.Array(Space),
    pending: Type.Array(PendingIntent),
    relationships: Type.Array(Relationship, { description: 'By the id of the user' }),
    requests: Type.Array(MessageRequest, { description: 'By the id of the space' }),
  },
  { ...open, $id: 'OpeningState' },
);
export type OpeningState = Static<typeof OpeningState>;
