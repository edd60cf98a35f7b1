import { Command } from 'commander';
import { type Context, environmentWith, type GlobalOptions } from '../context.ts';

export const serve = (_context: Context) =>
  new Command('serve')
    .description('Run the homeserver until it gets SIGTERM or Ctrl-C. Its log goes to the standard output.')
    .action(async (_options, command: Command) => {
      process.env = environmentWith(command.optsWithGlobals<GlobalOptions>());
      const { runHomeserver } = await import('@folkmoot/server/run-homeserver.ts');
      await runHomeserver();
    });
