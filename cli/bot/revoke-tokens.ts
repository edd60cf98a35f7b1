import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const revokeTokens = (context: Context) =>
  new Command('revoke')
    .description('Revoke the tokens of a bot, or one of them; its connections end at once.')
    .argument('<bot>')
    .argument('[token]', 'id of the token, x_…; without it all')
    .action(async (bot: string, token: string | undefined) => {
      await using homeserver = await openHomeserver(context);
      const result = await homeserver.call('bot.revoke', { bot, ...(token === undefined ? {} : { token }) });
      context.answer(result, () => {
        const { length } = result.revoked;
        return length === 0 ? `${result.bot} had no tokens.` : `Revoked ${length} of the tokens of ${result.bot}.`;
      });
    });
