import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const deleteBot = (context: Context) =>
  new Command('delete')
    .description('Delete a bot account: it leaves all communities, and its tokens are dead.')
    .argument('<bot>')
    .action(async (bot: string) => {
      await using homeserver = await openHomeserver(context);
      const deleted = await homeserver.call('bot.delete', { bot });
      context.answer(deleted, () => `Deleted the bot ${deleted.handle}.`);
    });
