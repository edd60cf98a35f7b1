import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type Report = ResultOf<'report.list'>['reports'][number];

const columns: Column<Report>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'made (UTC)', value: ({ ts }) => timeOf(ts) },
  { title: 'about', value: ({ handle, user }) => handle ?? user },
  { title: 'reasons', value: ({ reasons }) => reasons.join(', ') },
  { title: 'by', value: ({ reporter, origin }) => reporter ?? `somebody of ${origin}` },
  {
    title: 'state',
    value: ({ outcome }) => outcome ?? 'open',
    color: ({ outcome }) => (outcome === null ? 'yellow' : 'gray'),
  },
  { title: 'message', value: ({ said }) => said.at(-1) ?? '', flexible: true },
];

export const listReports = (context: Context) =>
  new Command('list')
    .description('List the open reports, the newest first.')
    .option('--all', 'also those that are closed')
    .action(async ({ all = false }: { all?: boolean }) => {
      await using homeserver = await openHomeserver(context);
      const found = await homeserver.call('report.list', { all });
      context.answer(found, () => table(columns, found.reports, { empty: 'There are no reports.' }));
    });
