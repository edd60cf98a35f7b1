import { type BotGrant, isToldOf, mayRead, withhold } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import type { GatewayEventData } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';

interface ToldBot {
  user: string;
  grant: BotGrant | undefined;
}

/** What a bot is told of an event of a space: all of it, all but what was written, or nothing (`undefined`). [BOT-9] [BOT-10] */
export function toldToBot(
  { user, grant }: ToldBot,
  { t, d }: { t: string; d: object },
  actor: string | undefined,
  now: number,
): object | undefined {
  if (grant === undefined || (grant.expires !== null && grant.expires <= now)) return undefined;
  if (!isToldOf(grant.events, t)) return undefined;
  if (grant.content) return d;
  if (t === 'message.created') {
    const { message } = d as GatewayEventData<'message.created'>;
    return mayRead(user, message.author.id, message.mentions) ? d : { message: withhold(message) };
  }
  if (t === 'message.updated') {
    const updated = d as GatewayEventData<'message.updated'>;
    return mayRead(user, actor ?? '', updated.mentions) ? d : withhold(updated);
  }
  return d;
}
