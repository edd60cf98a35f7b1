import type { Audience } from '../streams/binding.ts';
import type { Session } from './session.ts';
import type { AccessGroup } from './space-view.ts';

const none: ReadonlySet<Session> = new Set();

/** Sessions of a group that belong to an audience, as far as rights in the space decide it. */
export function sessionsWhoSee(group: AccessGroup, audience: Audience): ReadonlySet<Session> {
  const { permissions, sessions, visible } = group;
  switch (audience.to) {
    case 'channel':
      return visible.has(audience.channel) ? sessions : none;
    case 'permission':
      return (permissions as ReadonlySet<string>).has(audience.permission) ? sessions : none;
    case 'seeing':
    case 'not seeing': {
      // Unlisted members are seen by themselves and by who may moderate members. [UNL-2]
      const isSeen = audience.to === 'seeing';
      if (permissions.has('member.kick') || permissions.has('member.ban')) return isSeen ? sessions : none;
      const isOther = ({ user }: Session) => (user === audience.user) === isSeen;
      return sessions.size > 0 ? new Set([...sessions].filter(isOther)) : none;
    }
    default:
      return sessions;
  }
}
