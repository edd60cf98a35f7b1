import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { type Column, table } from '../show/table.ts';

export const config = (context: Context) =>
  new Command('config')
    .description('Check the settings and show where they come from.')
    .addCommand(checkConfig(context))
    .addCommand(showConfig(context));

const checkConfig = (context: Context) =>
  new Command('check').description('Say whether the settings are right, and name every mistake.').action(async () => {
    try {
      const { config: found } = await context.loadConfig();
      context.answer(
        { ok: true },
        () => `The settings are right. This would be ${found.server_name}, with its data in ${found.data}.`,
      );
    } catch (error) {
      // Being wrong is what was asked about here, and not a wrong usage.
      if (error instanceof Error && error.name === 'StartError') throw new CommandError('bad_config', error.message);
      throw error;
    }
  });

const showConfig = (context: Context) =>
  new Command('show')
    .description('Show every setting in use and where it comes from; secrets are hidden.')
    .action(async () => {
      const { describeConfig } = await import('@folkmoot/server/base/describe-config.ts');
      const settings = describeConfig(await context.loadConfig());
      const columns: Column<(typeof settings)[number]>[] = [
        { title: 'setting', value: ({ name }) => name },
        { title: 'value', value: ({ value }) => value, flexible: true },
        {
          title: 'from',
          value: ({ origin }) => origin,
          flexible: true,
          color: ({ origin }) => (origin === 'default' ? 'gray' : 'green'),
        },
      ];
      context.answer({ settings }, () => table(columns, settings, { empty: '' }));
    });
