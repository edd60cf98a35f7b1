import { Command } from 'commander';
import type { Context } from '../context.ts';
import { createBot } from './create-bot.ts';
import { createToken } from './create-token.ts';
import { deleteBot } from './delete-bot.ts';
import { listBots } from './list-bots.ts';
import { revokeTokens } from './revoke-tokens.ts';

export const bot = (context: Context) =>
  new Command('bot')
    .description('Make and manage bot accounts. A bot is named by handle, address or id.')
    .addCommand(createBot(context))
    .addCommand(listBots(context))
    .addCommand(createToken(context))
    .addCommand(revokeTokens(context))
    .addCommand(deleteBot(context));
