import { parseMarkdown, plainText as plain } from '@folkmoot/protocol-spec/client/markdown.ts';
import type { Mention } from '@folkmoot/protocol-spec/client/markdown-tree.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { memberOf, nameOfMember } from '../members/people.ts';

/** How a mention reads. */
export function sayMention(mention: Pick<Mention, 'kind' | 'id'>, space: Space | undefined): string {
  if (mention.kind === 'everyone') return '@everyone';
  if (mention.kind === 'role') return `@${space?.roles.find((role) => role.id === mention.id)?.name ?? 'deleted role'}`;
  if (mention.kind === 'channel')
    return `#${space?.channels.find((channel) => channel.id === mention.id)?.name ?? 'unknown'}`;
  const member = space ? memberOf(space.id, mention.id) : undefined;
  return `@${member ? nameOfMember(member) : 'somebody'}`;
}

/** A message in one line of plain text. */
export function plainText(content: string, space: Space | undefined): string {
  return plain(parseMarkdown(content), (mention) => sayMention(mention, space))
    .replace(/\s+/g, ' ')
    .trim();
}
