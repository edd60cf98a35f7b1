import type { EventType } from '@folkmoot/protocol-spec/schemas/events.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/objects.ts';

/** What the audit log says of each kind of event, before the name of what it was done to. */
export const auditWords = {
  'space.create': 'created the community',
  'space.update': 'changed the community',
  'space.delete': 'deleted the community',
  'role.create': 'created the role',
  'role.update': 'changed the role',
  'role.delete': 'deleted the role',
  'member.join': 'joined',
  'member.leave': 'left',
  'member.kick': 'kicked',
  'member.ban': 'banned',
  'member.unban': 'lifted the ban of',
  'member.timeout': 'timed out',
  'member.roles': 'changed the roles of',
  'member.update': 'changed the nick name of',
  'channel.create': 'created the channel',
  'channel.update': 'changed the channel',
  'channel.delete': 'deleted the channel',
  'message.create': 'wrote a message in',
  'message.update': 'edited a message in',
  'message.delete': 'deleted a message of',
  'reaction.add': 'reacted to',
  'reaction.remove': 'removed a reaction from',
  'pin.add': 'pinned a message in',
  'pin.remove': 'unpinned a message in',
  'invite.create': 'made an invite',
  'invite.revoke': 'revoked an invite',
} as const satisfies Record<EventType, string>;

/** Kinds that one can filter by. */
export const auditTypes: readonly EventType[] = (Object.keys(auditWords) as EventType[]).filter(
  (type) => !['message.create', 'message.update', 'reaction.add'].includes(type),
);

export function sayDeed(entry: AuditEntry): string {
  return Object.hasOwn(auditWords, entry.type) ? auditWords[entry.type as EventType] : entry.type;
}

/** One changed thing as a line of text: `name: old → new`, or the new value alone. */
export function sayChange(name: string, value: unknown): string {
  const title = name.replaceAll('_', ' ');
  if (Array.isArray(value) && value.length === 2 && typeof value[0] !== 'object') return `${title}: ${sayValue(value[0])} → ${sayValue(value[1])}`;
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value) return `${title}: ${sayValue(value.from)} → ${sayValue(value.to)}`;
  return `${title}: ${sayValue(value)}`;
}

function sayValue(value: unknown): string {
  if (value === null || value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(sayValue).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
