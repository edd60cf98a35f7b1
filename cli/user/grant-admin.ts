import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const grantAdmin = (context: Context) =>
  new Command('grant-admin')
    .description('Make somebody an admin of the homeserver.')
    .argument('<user>')
    .option('--revoke', 'take it back instead')
    .action(async (user: string, { revoke = false }: { revoke?: boolean }) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('user.grant-admin', { user, admin: !revoke });
      const now = done.admin ? 'an admin' : 'no admin';
      context.answer(done, () => (done.changed ? `${user} is ${now} now.` : `${user} was ${now} before.`));
    });
