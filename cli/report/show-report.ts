import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { facts } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

export const showReport = (context: Context) =>
  new Command('show')
    .description('Show a report and what the message said. With --json also the signed lines, which prove it.')
    .argument('<report>')
    .action(async (id: string) => {
      await using homeserver = await openHomeserver(context);
      const report = await homeserver.call('report.show', { report: id });
      context.answer(report, () =>
        facts([
          ['report', report.id],
          ['made (UTC)', timeOf(report.ts)],
          ['about', report.handle],
          ['user', report.user],
          ['reasons', report.reasons.join(', ')],
          ['in their words', report.text === '' ? null : report.text],
          ['by', report.reporter ?? `somebody of ${report.origin}`],
          ['community', report.space],
          ['hub', report.hub],
          ['channel', report.stream],
          ['message', report.message],
          ['it said', report.said[0] ?? null],
          ['after edits', report.said.slice(1).join(' → ') || null],
          ['closed (UTC)', timeOf(report.closed)],
          ['outcome', report.outcome],
        ]),
      );
    });
