import { Command, CommanderError, Option } from 'commander';
import { exitCodes, usageError } from './command-error.ts';
import { commands } from './commands.ts';
import { createContext, type GlobalOptions } from './context.ts';
import { reportError } from './report-error.ts';

export const afterHelp = `
Commands work while the homeserver runs, through its socket in the data folder, and while it does not.
A user is named by handle, address or id: alice, alice@home.example, u_…

Exit codes:
  0  done
  1  refused, failed, or something is wrong with what was looked at
  2  wrong usage or wrong settings
  3  the homeserver or its data cannot be reached or opened`;

/** The program with the command that is named in the arguments loaded, or with all; `run` answers with the exit code. */
export async function createProgram(
  args: readonly string[],
  { all = false }: { all?: boolean } = {},
): Promise<{ program: Command; run(): Promise<number> }> {
  const program = new Command('folkmoot');
  const json = args.includes('--json');
  const context = createContext(() => program.opts<GlobalOptions>());
  program
    .description('A homeserver for communities, and what its admin needs.')
    .option('--json', 'print one JSON document for programs; errors as {code, message} on the standard error')
    .option('--config <file>', 'settings file (default: FOLKMOOT_CONFIG, else ./folkmoot.toml if there is one)')
    .option('--data <folder>', 'data folder, instead of the setting')
    .addOption(new Option('--version').hideHelp())
    .addHelpText('after', afterHelp);

  const wanted = commandIn(args);
  for (const [name, { summary, load }] of commands) {
    const command = all || name === wanted ? (await load())(context) : new Command(name);
    program.addCommand(command.summary(summary));
  }
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => void (json || process.stderr.write(text)) })
      .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 120) });
  }

  async function run(): Promise<number> {
    try {
      if (wanted === undefined && args.includes('--version')) return await printVersion();
      await program.parseAsync(args, { from: 'user' });
      return Number(process.exitCode ?? exitCodes.ok);
    } catch (error) {
      if (!(error instanceof CommanderError)) return reportError(error, json);
      if (error.exitCode === 0) return exitCodes.ok;
      if (json) reportError(usageError(error.message.replace(/^error: /, '')), json);
      return exitCodes.usage;
    }
  }
  return { program, run };
}

/** Global options may stand before the name of the command, two of them with a value. */
function commandIn(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    if (argument === '--config' || argument === '--data') at++;
    else if (argument !== 'help' && !argument.startsWith('-')) return argument;
  }
  return undefined;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

async function printVersion(): Promise<number> {
  const { version } = await import('@folkmoot/server/app.ts');
  process.stdout.write(`${version}\n`);
  return exitCodes.ok;
}
