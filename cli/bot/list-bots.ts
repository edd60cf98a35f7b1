import { Command } from 'commander';
import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type Bot = ResultOf<'bot.list'>['bots'][number];

const columns: Column<Bot>[] = [
  { title: 'handle', value: ({ handle }) => handle },
  { title: 'name', value: ({ display_name }) => display_name, flexible: true },
  { title: 'owner', value: ({ owner }) => owner },
  { title: 'communities', value: ({ communities }) => String(communities) },
  { title: 'tokens', value: ({ tokens }) => String(tokens) },
  { title: 'last used (UTC)', value: ({ last_used }) => timeOf(last_used) },
  { title: 'id', value: ({ id }) => id },
];

export const listBots = (context: Context) =>
  new Command('list')
    .description('List bot accounts, the oldest first.')
    .option('--owner <user>', 'only those that this user answers for')
    .action(async ({ owner }: { owner?: string }) => {
      await using homeserver = await openHomeserver(context);
      const found = await homeserver.call('bot.list', { limit: 500, ...(owner === undefined ? {} : { owner }) });
      context.answer(found, () => table(columns, found.bots, { empty: 'There are no bots.' }));
      if (found.more) context.say('There are more; --owner shows those of one user.');
    });
