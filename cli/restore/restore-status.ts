import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { facts } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

export const restoreStatus = (context: Context) =>
  new Command('status').description('Show whether the homeserver is restoring, and how far it is.').action(async () => {
    await using homeserver = await openHomeserver(context);
    const found = await homeserver.call('restore.status', {});
    context.answer({ running: homeserver.running, ...found }, () =>
      found.restoring
        ? sayRestoring(found, homeserver.running)
        : 'It is not restoring: it has lost nothing that it knows of.',
    );
  });

function sayRestoring(found: ResultOf<'restore.status'>, running: boolean): string {
  const { since, until, reachable, heard, healed } = found;
  const waiting = reachable.filter((server) => !heard.includes(server));
  return facts([
    ['restoring since', timeOf(since)],
    ['goes on by itself', until === null ? (running ? 'no: folkmoot restore finish' : 'when it runs') : timeOf(until)],
    ['lines handed back', healed],
    ['have handed back all', heard.join(', ') || 'nobody yet'],
    ['are still heard', waiting.join(', ') || 'nobody'],
  ]);
}
