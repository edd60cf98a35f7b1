import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import type { ChannelStanding } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';

const MENTION = /<@(u_[a-z2-7]{32})>|<@&(r_[a-z2-7]{26})>|@everyone\b/g;

/** Whom a text mentions, as far as its author may: members, roles open to mentions, everyone by permission. [MSG-9] */
export async function mentionsOf(reader: Reader, standing: ChannelStanding, content: string): Promise<Mentions> {
  const mentions: Mentions = { users: [], roles: [], everyone: false };
  if (!content.includes('@')) return mentions;
  const all = standing.permissions.has('mention.everyone');
  const users = new Set<string>();
  for (const [text, user, role] of content.matchAll(MENTION)) {
    if (users.size + mentions.roles.length >= limits.mentionsPerMessage) break;
    if (user) users.add(user);
    else if (text === '@everyone') mentions.everyone ||= all;
    else if (role && !mentions.roles.includes(role)) {
      const found = standing.roles.find(({ id }) => id === role);
      if (found && (found.mentionable || all)) mentions.roles.push(role);
    }
  }
  for (const user of users) if (await reader.get(findMemberRow, { space: standing.space.id, user })) mentions.users.push(user);
  return mentions;
}
