import type { EventType } from '@folkmoot/protocol-spec/schemas/events.ts';
import { titleOfPermission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { sayFull } from '../ui/time.ts';

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
  'server.block': 'blocked the homeserver',
  'server.unblock': 'lifted the block of the homeserver',
  'member.timeout': 'timed out',
  'member.roles': 'changed the roles of',
  'member.update': 'changed the nick name of',
  'channel.create': 'created the channel',
  'channel.update': 'changed the channel',
  'channel.delete': 'deleted the channel',
  'message.create': 'wrote a message',
  'message.update': 'edited a message',
  'message.delete': 'deleted a message',
  'reaction.add': 'reacted to',
  'reaction.remove': 'removed a reaction from',
  'pin.add': 'pinned a message',
  'pin.remove': 'unpinned a message',
  'invite.create': 'made an invite',
  'invite.revoke': 'revoked an invite',
  'voice.mute': 'changed the voice mute of',
  'voice.move': 'changed the voice channel of',
  'voice.disconnect': 'disconnected',
  'bot.grant': 'let in the bot',
  'bot.revoke': 'took its grant from the bot',
  'epoch.start': 'went on from a restored backup',
  'server.key': 'noted the keys of',
  'hub.key': 'signs with a new key',
} as const satisfies Record<EventType, string>;

/** Kinds that one can filter by. */
export const auditTypes: readonly EventType[] = (Object.keys(auditWords) as EventType[]).filter(
  (type) => !['message.create', 'message.update', 'reaction.add'].includes(type),
);

export function sayDeed(entry: AuditEntry): string {
  if (entry.type === 'voice.mute') return sayMute(entry.changes);
  return Object.hasOwn(auditWords, entry.type) ? auditWords[entry.type as EventType] : entry.type;
}

function sayMute({ muted, deafened }: AuditEntry['changes']): string {
  if (muted && deafened) return 'voice-muted and deafened';
  if (muted) return 'voice-muted';
  return deafened ? 'voice-deafened' : 'lifted the voice mute of';
}

/** What changed, in lines of text; what is empty is left out. `nameOf` says what an id stands for. */
export function sayChanges(changes: Record<string, unknown>, nameOf: (id: string) => string): string[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    const said = sayValue(name, value, nameOf);
    return said === '' ? [] : [`${name.replaceAll('_', ' ')}: ${said}`];
  });
}

function sayValue(name: string, value: unknown, nameOf: (id: string) => string): string {
  if (value === null || value === '' || value === undefined) return '';
  if (Array.isArray(value))
    return value
      .map((one) => sayValue(name, one, nameOf))
      .filter(Boolean)
      .join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (name === 'color') return `#${value.toString(16).padStart(6, '0')}`;
    return name === 'expires' || name === 'until' ? sayFull(value) : String(value);
  }
  if (typeof value === 'string') {
    const title = titleOfPermission(value);
    if (title !== undefined) return title;
    return /^[a-z]_[a-z2-7]{26,32}$/.test(value) ? nameOf(value) : value;
  }
  return Object.entries(value)
    .map(([key, inner]) => [key, sayValue(key, inner, nameOf)] as const)
    .filter(([, said]) => said !== '')
    .map(([key, said]) => (key === 'target' ? said : `${key} ${said}`))
    .join(' ');
}
