import { Command } from 'commander';
import { type PasswordOptions, passwordOptions, readPassword } from '../ask/password.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const resetPassword = (context: Context) =>
  passwordOptions(
    new Command('reset-password')
      .description('Set a new password for somebody and end all their sessions.')
      .argument('<user>'),
  ).action(async (user: string, options: PasswordOptions) => {
    const { password, generated } = await readPassword(options);
    await using homeserver = await openHomeserver(context);
    const done = await homeserver.call('user.reset-password', { user, password });
    context.answer({ ...done, ...(generated ? { password } : {}) }, () =>
      [
        `Set a new password for ${user}; sessions that ended: ${done.sessions_ended}.`,
        ...(generated ? [`Password: ${password}`] : []),
      ].join('\n'),
    );
  });
