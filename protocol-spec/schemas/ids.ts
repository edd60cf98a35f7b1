import { type Static, Type } from 'typebox';

const base32 = (prefix: string, length: number) => `^${prefix}_[a-z2-7]{${length}}$`;

export const SpaceId = Type.String({
  pattern: base32('s', 32),
  description: 'Space: 160 bits of the hash of its genesis event',
});
export const UserId = Type.String({
  pattern: base32('u', 32),
  description: 'User: 160 bits of the hash of the identity key document',
});
export const ChannelId = Type.String({
  pattern: base32('c', 26),
  description: 'Channel, and the stream that carries it',
});
export const RoleId = Type.String({
  pattern: '^(everyone|r_[a-z2-7]{26})$',
  description: 'Role; `everyone` is held by each member',
});
export const IntentId = Type.String({ pattern: base32('i', 26), description: 'Idempotency key of an intent, random' });
export const InviteId = Type.String({
  pattern: base32('n', 26),
  description: 'Invite: 130 bits of the hash of its code',
});
export const ReportId = Type.String({ pattern: base32('q', 26), description: 'Report, at one homeserver' });
export const SessionId = Type.String({ pattern: base32('x', 26), description: 'Session of a user' });
export const StreamTokenId = Type.String({ pattern: base32('x', 26), description: 'Token of a program that streams' });
export const InviteCode = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$', description: 'The secret of an invite link' });
export const Position = Type.String({
  pattern: '^[1-9][0-9]{0,8}\\.(0|[1-9][0-9]{0,14})$',
  description: 'Place in a stream, `<epoch>.<seq>`; the id of a message is its position',
});
export const Handle = Type.String({
  pattern: '^[a-z0-9_.]{2,32}$',
  description: 'Mutable name of a user within its home',
});
export const ServerName = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9.-]+(:[1-9][0-9]{0,4})?$' });
export const Address = Type.String({
  pattern: '^[a-z0-9_.]{2,32}(@[a-z0-9.-]+(:[1-9][0-9]{0,4})?)?$',
  maxLength: 286,
  description: 'Handle: `name` of this homeserver, or `name@server.example`',
});
export const Whom = Type.Union([UserId, Address], { description: 'User, by id or by handle' });
export const Timestamp = Type.Integer({
  minimum: 0,
  // The latest that a calendar of ECMAScript has: a later one would break whoever shows it.
  maximum: 8_640_000_000_000_000,
  description: 'Milliseconds since 1970 UTC',
});
/** Stands for the actor of an event that nobody answers for. [STR-18] */
export const nobody = `u_${'a'.repeat(32)}`;
export const OverrideTarget = Type.Union([RoleId, UserId], { description: 'Role or member that an override is for' });

export type Position = Static<typeof Position>;

export interface PositionParts {
  epoch: number;
  seq: number;
}

/** Numbers of a position; the caller has checked the pattern. */
export function positionOf(position: string): PositionParts {
  const dot = position.indexOf('.');
  return { epoch: Number(position.slice(0, dot)), seq: Number(position.slice(dot + 1)) };
}

/** Order of two positions of one stream: negative, zero or positive; `null` is before everything. */
export function comparePositions(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const left = positionOf(a);
  const right = positionOf(b);
  return left.epoch - right.epoch || left.seq - right.seq;
}

export function formatPosition({ epoch, seq }: PositionParts): Position {
  return `${epoch}.${seq}`;
}
