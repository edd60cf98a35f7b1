import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const blockServer = (context: Context) =>
  new Command('block')
    .description(
      'Talk no more with a homeserver: it is refused everything, and asked for nothing. It need not be known yet.',
    )
    .argument('<server>')
    .action(async (server: string) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('federation.block', { server });
      context.answer(done, () => (done.changed ? `Blocked ${server}.` : `${server} was blocked before.`));
    });
