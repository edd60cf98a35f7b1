import { setTimeout as wait } from 'node:timers/promises';
import type { Bot } from '@folkmoot/example-bots/connect-bot.ts';
import { startEchoBot } from '@folkmoot/example-bots/echo-bot.ts';
import { createBot, createBotToken } from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { listMessages, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { admitBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Player } from './cast.ts';

const PATIENCE_MS = 60_000;

/** The echo bot of somebody, which their homeserver joins to a community of another one; it runs until it is closed. */
export async function letBotIn(maker: Player, owner: Player, { id: space, channels }: Space): Promise<Bot> {
  const { client } = maker.person;
  const { id } = await client.call(createBot, { body: { handle: 'echo', display_name: 'Echo' } });
  const { token } = await client.call(createBotToken, { params: { bot: id }, body: { name: 'demonstration' } });
  const bot = await startEchoBot({ homeserver: maker.at.direct, token, say: () => undefined });
  const grant = {
    channels: 'all' as const,
    events: ['message' as const],
    content: false,
    actions: ['message.send' as const],
    expires: null,
  };
  const params = { space, channel: channels.find(({ name }) => name === 'introductions')?.id ?? '' };
  const asks = owner.person.client;
  await asks.call(admitBot, { params: { space }, body: { bot: `echo@${maker.at.name}`, grant } });
  const hasJoined = () =>
    bot.client.call(getSpace, { params: { space } }).then(
      (seen) => seen.channels.length > 0,
      () => false,
    );
  await until(hasJoined);
  const hello = `<@${id}> Hello, is there an echo in this garden?`;
  await asks.call(sendMessage, { params, body: { content: hello } });
  await until(async () => {
    const { messages } = await asks.call(listMessages, { params, query: {} });
    return messages.some(({ author }) => author.id === id);
  });
  return bot;
}

/** Whether it came true before patience ended; a demonstration goes on without it. */
async function until(isTrue: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await wait(50))
    if (await isTrue()) return true;
  return false;
}
