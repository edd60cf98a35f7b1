import { Command } from 'commander';
import { exitCodes } from '../command-error.ts';
import { type Context, environmentWith, type GlobalOptions } from '../context.ts';

export const serve = (context: Context) =>
  new Command('serve')
    .description('Run the homeserver until it gets SIGTERM or Ctrl-C. Its log goes to the standard output.')
    .action(async (_options, command: Command) => {
      await context.loadConfig();
      process.env = environmentWith(command.optsWithGlobals<GlobalOptions>());
      const { runHomeserver } = await import('@folkmoot/server/run-homeserver.ts');
      await runHomeserver();
      // It could not start, and has said why.
      if (process.exitCode === exitCodes.no) process.exitCode = exitCodes.unreachable;
    });
