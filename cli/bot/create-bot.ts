import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const createBot = (context: Context) =>
  new Command('create')
    .description('Make a bot account with a first token, which is shown this once.')
    .argument('<handle>', '2 to 32 of a–z, 0–9, _ and .')
    .requiredOption('--owner <user>', 'whoever answers for it')
    .option('--display-name <name>', 'the name that is shown (default: the handle)')
    .action(async (typed: string, { owner, displayName }: { owner: string; displayName?: string }) => {
      await using homeserver = await openHomeserver(context);
      const handle = typed.replace(/^@/, '');
      const name = displayName === undefined ? {} : { display_name: displayName };
      const created = await homeserver.call('bot.create', { handle, owner, ...name });
      context.answer(created, () =>
        [
          `Made the bot ${handle} (${created.id}), for which ${created.owner} answers.`,
          `Token: ${created.token}`,
          'It is not shown again. Whoever has it speaks as this bot.',
        ].join('\n'),
      );
    });
