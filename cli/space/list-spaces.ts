import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import { countOf } from '../ask/duration.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { readPages } from '../homeserver/read-pages.ts';
import { type Column, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type Space = ResultOf<'space.list'>['spaces'][number];

const columns: Column<Space>[] = [
  { title: 'name', value: ({ name }) => name, flexible: true },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'owner', value: ({ owner, owner_handle }) => owner_handle ?? owner },
  { title: 'members', value: ({ member_count }) => member_count },
  { title: 'created (UTC)', value: ({ created }) => timeOf(created) },
  { title: 'id', value: ({ id }) => id },
];

export const listSpaces = (context: Context) =>
  new Command('list')
    .description('List communities, the oldest first.')
    .option('--limit <n>', 'how many at most', countOf, 1_000)
    .action(async ({ limit }: { limit: number }) => {
      await using homeserver = await openHomeserver(context);
      const { rows: spaces, more } = await readPages<Space>(limit, async (page) => {
        const found = await homeserver.call('space.list', page);
        return { rows: found.spaces, more: found.more };
      });
      context.answer({ spaces, more }, () => table(columns, spaces, { empty: 'There are no communities yet.' }));
      if (more) context.say(`There are more than ${limit}; --limit shows them.`);
    });
