import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const suspendUser = (context: Context) =>
  new Command('suspend')
    .description(
      'Lock somebody out: all sessions end at once, and logging in is refused until the account is restored.',
    )
    .argument('<user>')
    .action(async (user: string) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('user.suspend', { user });
      context.answer(done, () => (done.changed ? `Suspended ${user}.` : `${user} was suspended before.`));
    });
