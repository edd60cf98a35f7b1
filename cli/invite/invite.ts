import { Command } from 'commander';
import { countOf, durationOf } from '../ask/duration.ts';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { timeOf } from '../show/times.ts';

interface InviteOptions {
  space?: string;
  as?: string;
  maxUses?: number;
  expires: string;
}

export const invite = (context: Context) =>
  new Command('invite').description('Make invite links.').addCommand(createInvite(context));

const createInvite = (context: Context) =>
  new Command('create')
    .description('Make a link to register here, or with --space to join a community. It is shown this once.')
    .option('--space <space>', 'the community, by id or name')
    .option('--as <user>', 'the member who invites (default: the owner)')
    .option('--max-uses <n>', 'how often it works (default: as often as wanted)', countOf)
    .option('--expires <time>', 'how long it works: 90m, 12h, 7d, 2w or never', '7d')
    .action(async ({ space, as, maxUses = null as never, expires }: InviteOptions) => {
      if (as !== undefined && space === undefined) throw usageError('--as goes with --space.');
      const terms = { max_uses: maxUses, expires_in: durationOf(expires) };
      await using homeserver = await openHomeserver(context);
      const made =
        space === undefined
          ? await homeserver.call('invite.to-register', terms)
          : await homeserver.call('invite.to-space', { space, ...terms, ...(as === undefined ? {} : { as }) });
      const uses =
        made.max_uses === null ? 'any number of times' : made.max_uses === 1 ? 'once' : `${made.max_uses} times`;
      const until = made.expires === null ? 'for ever' : `until ${timeOf(made.expires)} UTC`;
      context.answer(made, () => `${made.url}\nWorks ${uses}, ${until}.`);
    });
