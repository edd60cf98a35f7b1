import { Command, Option } from 'commander';
import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { countOf } from '../ask/duration.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { readPages } from '../homeserver/read-pages.ts';
import { type Column, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type User = ResultOf<'user.list'>['users'][number];

interface ListOptions {
  state?: User['state'];
  admins?: boolean;
  limit: number;
}

const columns: Column<User>[] = [
  { title: 'handle', value: ({ handle }) => handle },
  { title: 'name', value: ({ display_name }) => display_name, flexible: true },
  { title: 'state', value: ({ state }) => state, color: ({ state }) => (state === 'active' ? 'green' : 'yellow') },
  { title: 'admin', value: ({ admin }) => (admin ? 'yes' : '') },
  { title: 'created (UTC)', value: ({ created }) => timeOf(created) },
  { title: 'last seen (UTC)', value: ({ last_seen }) => timeOf(last_seen) },
  { title: 'id', value: ({ id }) => id },
];

export const listUsers = (context: Context) =>
  new Command('list')
    .description('List accounts, the oldest first.')
    .addOption(
      new Option('--state <state>', 'only those; without it all but deleted ones').choices([
        'active',
        'suspended',
        'deleted',
      ]),
    )
    .option('--admins', 'only admins of the homeserver')
    .option('--limit <n>', 'how many at most', countOf, 1_000)
    .action(async ({ state, admins = false, limit }: ListOptions) => {
      await using homeserver = await openHomeserver(context);
      const filter = { admins, ...(state === undefined ? {} : { state }) };
      const { rows: users, more } = await readPages<User>(limit, async (page) => {
        const found = await homeserver.call('user.list', { ...filter, ...page });
        return { rows: found.users, more: found.more };
      });
      context.answer({ users, more }, () => table(columns, users, { empty: 'There are no such users.' }));
      if (more) context.say(`There are more than ${limit}; --limit shows them.`);
    });
