import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CommandError, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

/** Names that are handed over at once. */
const AT_ONCE = 100;

export const blockServer = (context: Context) =>
  new Command('block')
    .description(
      'Talk no more with a homeserver: it is refused everything, and asked for nothing. It need not be known yet.',
    )
    .argument('[server]')
    .option('--import <file>', 'block each server of a list: one name a line, what follows # is passed over')
    .option('--export', 'print such a list of those that are blocked')
    .action(async (server: string | undefined, options: { import?: string; export?: boolean }) => {
      const ways = [server, options.import, options.export].filter((way) => way !== undefined);
      if (ways.length !== 1) throw usageError('Name one server, or use --import or --export.');
      if (options.import !== undefined) return importBlocks(context, options.import);
      if (options.export) return exportBlocks(context);
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('federation.block', { server: server! });
      context.answer(done, () => (done.changed ? `Blocked ${server}.` : `${server} was blocked before.`));
    });

async function importBlocks(context: Context, file: string): Promise<void> {
  const names = namesIn(await read(file));
  await using homeserver = await openHomeserver(context);
  const done = { blocked: [] as string[], before: [] as string[], refused: [] as string[] };
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = await homeserver.call('federation.block-all', { servers: names.slice(from, from + AT_ONCE) });
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
  const servers = peers.filter(({ state }) => state === 'blocked').map(({ server }) => server);
  context.answer({ servers }, () => servers.join('\n'));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CommandError('no_file', `${file} cannot be read.`);
  }
}

/** Also takes lists with more columns, of which the first is the name. */
function namesIn(text: string): string[] {
  const names = text.split(/\r?\n/).map((line) =>
    line
      .replace(/#.*/, '')
      .trim()
      .split(/[,;\s]/, 1)[0]!
      .slice(0, 300),
  );
  return [...new Set(names.filter((name) => name !== ''))];
}
