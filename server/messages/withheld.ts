import { mayRead, withhold } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Standing } from '../spaces/standing.ts';

/** Messages as the member may read them: a bot that was not granted their content sees that they are there. [BOT-10] */
export function asReadBy({ member: { grant }, user }: Standing, messages: Message[]): Message[] {
  if (!grant || grant.content) return messages;
  return messages.map((message) => (mayRead(user, message.author.id, message.mentions) ? message : withhold(message)));
}
