import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const rotateKeys = (context: Context) =>
  new Command('rotate')
    .description(
      'Sign with a new key from now on. The one before stays published, so that what it signed still verifies. Others notice by themselves.',
    )
    .action(async () => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('keys.rotate', {});
      context.answer(
        done,
        () => `Signs with ${done.now} now.\nIf the one before was stolen: folkmoot keys revoke ${done.before}`,
      );
    });
