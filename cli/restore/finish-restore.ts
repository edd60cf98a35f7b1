import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const finishRestore = (context: Context) =>
  new Command('finish')
    .description(
      'Go on at once without what nobody has handed back. Every stream begins a new epoch; what is handed back later is not taken.',
    )
    .action(async () => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('restore.finish', {});
      context.answer(done, () => `Everybody can write again. ${done.healed} lines had been handed back.`);
    });
