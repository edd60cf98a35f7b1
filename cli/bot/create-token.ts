import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const createToken = (context: Context) =>
  new Command('token')
    .description('Make another token for a bot, which is shown this once.')
    .argument('<bot>')
    .option('--name <name>', 'what it is for, shown in lists', '')
    .action(async (bot: string, { name }: { name: string }) => {
      await using homeserver = await openHomeserver(context);
      const created = await homeserver.call('bot.token', { bot, name });
      context.answer(created, () =>
        [`Token: ${created.token}`, `Its id, to revoke it: ${created.id}`, 'It is not shown again.'].join('\n'),
      );
    });
