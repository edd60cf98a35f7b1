import { mentionsIn, parseMarkdown } from '@folkmoot/protocol-spec/client/markdown.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { ChannelStanding } from '../spaces/standing.ts';
import { findSeenMember } from '../spaces/unlisted.ts';
import type { Reader } from '../storage/database.ts';

/** Whom a text mentions, as far as its author may: members, roles open to mentions, everyone by permission. [MSG-9] */
export async function mentionsOf(reader: Reader, standing: ChannelStanding, content: string): Promise<Mentions> {
  if (!content.includes('@')) return { users: [], roles: [], everyone: false };
  const written = mentionsIn(parseMarkdown(content));
  const all = standing.permissions.has('mention.everyone');
  const open = new Set(standing.roles.filter((role) => role.mentionable || all).map((role) => role.id));
  const users: string[] = [];
  for (const user of written.users.slice(0, limits.mentionsPerMessage)) {
    if (await findSeenMember(reader, standing.space.id, user, standing)) users.push(user);
  }
  const roles = written.roles.filter((role) => open.has(role)).slice(0, limits.mentionsPerMessage);
  return { users, roles, everyone: written.everyone && all };
}
