import { Command } from 'commander';
import type { Context } from '../context.ts';
import { listReports } from './list-reports.ts';
import { resolveReport } from './resolve-report.ts';
import { showReport } from './show-report.ts';

export const report = (context: Context) =>
  new Command('report')
    .description(
      'Look at what people reported: users of this homeserver, and those of others about users or communities of this one. Moderators of a community have a list of their own.',
    )
    .addCommand(listReports(context))
    .addCommand(showReport(context))
    .addCommand(resolveReport(context));
