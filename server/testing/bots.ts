import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { getAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { admitBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space, SpaceBot } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Person } from './people.ts';

export type Terms = Omit<BotGrant, 'bot' | 'by' | 'ts'>;

/** Everything that a program for conversations needs. */
export const talkative: Terms = {
  channels: 'all',
  events: ['message', 'reaction', 'member'],
  content: true,
  actions: ['message.send', 'message.history', 'reaction.add'],
  expires: null,
};

/** A bot of somebody, which acts through the client API like a person. */
export async function botOf(owner: Person, handle: string): Promise<Person> {
  const { id } = await owner.client.call(bots.createBot, { body: { handle } });
  const { token } = await owner.client.call(bots.createBotToken, { params: { bot: id }, body: {} });
  const client = createHttpClient({ baseUrl: owner.client.baseUrl, tokens: { token } });
  return new Person(client, { account: await client.call(getAccount), token });
}

export function admits(manager: Person, space: Space, bot: string, terms: Partial<Terms> = {}): Promise<SpaceBot> {
  const body = { bot, grant: { ...talkative, ...terms } };
  return manager.client.call(admitBot, { params: { space: space.id }, body });
}

/** Resolves when a bot has joined by itself. */
export async function joined(bot: Person, space: Space): Promise<Space> {
  for (;;) {
    try {
      return await bot.client.call(getSpace, { params: { space: space.id } });
    } catch (error) {
      if ((error as { code?: string }).code !== 'not_found') throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
