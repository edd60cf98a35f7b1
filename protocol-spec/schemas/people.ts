import { type Static, Type } from 'typebox';
import { Handle, SessionId, SpaceId, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';

const open = { additionalProperties: false } as const;

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

export type Status = Static<typeof Status>;
export type UserSummary = Static<typeof UserSummary>;
export type User = Static<typeof User>;
export type PresenceSetting = Static<typeof PresenceSetting>;
export type Account = Static<typeof Account>;
export type RelationshipKind = Static<typeof RelationshipKind>;
export type Relationship = Static<typeof Relationship>;
export type Privacy = Static<typeof Privacy>;
export type Session = Static<typeof Session>;
export type Presence = Static<typeof Presence>;
export type MessageRequest = Static<typeof MessageRequest>;
export type SpacePerson = Static<typeof SpacePerson>;
