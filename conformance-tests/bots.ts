import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { admitBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { newHandle } from './people.ts';
import type { Person } from './person.ts';
import type { Visitor } from './visitor.ts';
import { Watcher } from './watcher.ts';

export type Terms = Omit<BotGrant, 'bot' | 'by' | 'ts'>;

const talkative: Terms = {
  channels: 'all',
  events: ['message', 'reaction', 'member', 'typing'],
  content: true,
  actions: ['message.send', 'message.history', 'reaction.add'],
  expires: null,
};

/** An account for a program, with the id of its first token. */
export async function makesBot(
  owner: Visitor,
): Promise<{ bot: string; handle: string; token: string; secret: string }> {
  const { id: bot, handle } = await owner.asks(bots.createBot, { body: { handle: newHandle('bot') } });
  const { id, token: secret } = await owner.asks(bots.createBotToken, { params: { bot }, body: {} });
  return { bot, handle: handle ?? '', token: id, secret };
}

/** A program that stands at the gateway. */
export class Bot extends Watcher {
  readonly id: string;
  readonly handle: string;
  /** Id of its token. */
  readonly tokenId: string;

  private constructor(owner: Person, made: Awaited<ReturnType<typeof makesBot>>) {
    super(owner.parts, made.secret);
    this.id = made.bot;
    this.handle = made.handle;
    this.tokenId = made.token;
  }

  static async of(owner: Person): Promise<Bot> {
    const bot = new Bot(owner, await makesBot(owner));
    await bot.watches();
    return bot;
  }
}

export function admits(manager: Person, { space }: { space: string }, handle: string, terms: Partial<Terms> = {}) {
  const body = { bot: handle, grant: { ...talkative, ...terms } };
  return manager.asks(admitBot, { params: { space }, body });
}

/** Lets a bot in and waits until it has joined. */
export async function letsIn(manager: Person, club: { space: string }, bot: Bot, terms: Partial<Terms> = {}) {
  const admitted = await admits(manager, club, bot.handle, terms);
  await bot.sees('space.joined', (d) => d.space.id === club.space);
  return admitted;
}
