import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const resolveReport = (context: Context) =>
  new Command('resolve')
    .description(
      'Close a report. Its evidence is erased; what is done about it is up to you: user suspend, federation block.',
    )
    .argument('<report>')
    .option('--dismiss', 'nothing was wrong')
    .action(async (id: string, { dismiss = false }: { dismiss?: boolean }) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('report.resolve', { report: id, dismiss });
      context.answer(done, () => (done.changed ? `Closed ${id}.` : `${id} was closed before.`));
    });
