import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CommandError, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { blocksIn, lineOf } from './block-list.ts';

/** Names that are handed over at once. */
const AT_ONCE = 100;

export const blockServer = (context: Context) =>
  new Command('block')
    .description(
      'Talk no more with a homeserver: it is refused everything, and asked for nothing. It need not be known yet.',
    )
    .argument('[server]')
    .option('--reason <text>', 'why, for the admins of this homeserver; nobody else is told')
    .option('--import <file>', 'block each server of a list: one name a line, and behind # why')
    .option('--export', 'print such a list of those that are blocked')
    .action(async (server: string | undefined, options: Options) => {
      const ways = [server, options.import, options.export].filter((way) => way !== undefined);
      if (ways.length !== 1) throw usageError('Name one server, or use --import or --export.');
      if (server === undefined && options.reason !== undefined) throw usageError('--reason goes with one server.');
      if (options.import !== undefined) return importBlocks(context, options.import);
      if (options.export) return exportBlocks(context);
      await using homeserver = await openHomeserver(context);
      const { reason } = options;
      const done = await homeserver.call('federation.block', {
        server: server!,
        ...(reason === undefined ? {} : { reason }),
      });
      context.answer(done, () => {
        if (!done.changed) return `${server} was blocked before.`;
        return done.was_blocked ? `${server} was blocked before; the reason is another one now.` : `Blocked ${server}.`;
      });
    });

interface Options {
  reason?: string;
  import?: string;
  export?: boolean;
}

async function importBlocks(context: Context, file: string): Promise<void> {
  const blocks = blocksIn(await read(file));
  await using homeserver = await openHomeserver(context);
  const done = { blocked: [] as string[], before: [] as string[], refused: [] as string[] };
  for (let from = 0; from < blocks.length; from += AT_ONCE) {
    const some = await homeserver.call('federation.block-all', { blocks: blocks.slice(from, from + AT_ONCE) });
    done.blocked.push(...some.blocked);
    done.before.push(...some.before);
    done.refused.push(...some.refused);
  }
  context.answer(done, () =>
    [
      `Blocked ${done.blocked.length}; ${done.before.length} were blocked before.`,
      ...done.refused.map((name) => `Passed over, because it is no name of a homeserver: ${name}`),
    ].join('\n'),
  );
}

async function exportBlocks(context: Context): Promise<void> {
  await using homeserver = await openHomeserver(context);
  const { peers } = await homeserver.call('federation.peers', {});
  const blocks = peers.filter(({ state }) => state === 'blocked').map(({ server, reason }) => ({ server, reason }));
  context.answer({ servers: blocks.map(({ server }) => server), blocks }, () => blocks.map(lineOf).join('\n'));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CommandError('no_file', `${file} cannot be read.`);
  }
}
