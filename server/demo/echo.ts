import { setTimeout as wait } from 'node:timers/promises';
import { createBot, createBotToken } from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { admitBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { startEchoBot } from '../../examples/bots/echo-bot.ts';
import { Watcher } from '../testing/watching.ts';
import type { Player } from './cast.ts';

const ASK_AGAIN_MS = 1_000;

/** The bot of `maker` answers in a community of `owner`, whose homeserver is another one. */
export async function bringEcho(maker: Player, owner: Player, space: Space): Promise<Disposable> {
  const { id } = await maker.person.client.call(createBot, { body: { handle: 'echo', display_name: 'Echo' } });
  const { token } = await maker.person.client.call(createBotToken, { params: { bot: id }, body: {} });
  const bot = await startEchoBot({ homeserver: maker.at.direct, token, say: () => undefined });
  using watching = await Watcher.of(owner.person);
  const grant = {
    channels: 'all' as const,
    events: ['message' as const],
    content: false,
    actions: ['message.send' as const],
    expires: null,
  };
  const params = { space: space.id };
  await owner.person.client.call(admitBot, { params, body: { bot: `echo@${maker.at.name}`, grant } });
  await watching.sees('member.joined', ({ member }) => member.user.id === id);
  const channel = space.channels.find(({ name }) => name === 'general')?.id ?? '';
  const body = { content: `<@${id}> is anybody there?` };
  const answered = watching.sees('message.created', ({ message }) => message.author.id === id);
  // It is a member before its homeserver has all of the community, and answers what it hears from then on.
  do await owner.person.client.call(sendMessage, { params: { ...params, channel }, body });
  while ((await Promise.race([answered, wait(ASK_AGAIN_MS)])) === undefined);
  return bot;
}
