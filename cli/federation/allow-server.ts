import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const allowServer = (context: Context) =>
  new Command('allow')
    .description(
      'Lift the block of a homeserver, or talk again with one whose root key changed: the new one is pinned at the next contact.',
    )
    .argument('<server>')
    .action(async (server: string) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('federation.allow', { server });
      context.answer(done, () => {
        if (done.missing_in_list) return `${server} is not in federation_allow: add it there, and restart.`;
        if (!done.changed) return `${server} was neither blocked nor suspended.`;
        return done.before === 'blocked' ? `${server} is no longer blocked.` : `${server} is taken for what it is now.`;
      });
    });
