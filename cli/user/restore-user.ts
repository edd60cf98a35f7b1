import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const restoreUser = (context: Context) =>
  new Command('restore')
    .description('Let somebody who was suspended log in again.')
    .argument('<user>')
    .action(async (user: string) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('user.restore', { user });
      context.answer(done, () => (done.changed ? `Restored ${user}.` : `${user} was not suspended.`));
    });
