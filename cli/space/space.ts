import { Command } from 'commander';
import type { Context } from '../context.ts';
import { exportSpace } from './export-space.ts';
import { listSpaces } from './list-spaces.ts';
import { showSpace } from './show-space.ts';

export const space = (context: Context) =>
  new Command('space')
    .description(
      'Look at communities and export them. A community is named by its id, or by its name where only one has it.',
    )
    .addCommand(listSpaces(context))
    .addCommand(showSpace(context))
    .addCommand(exportSpace(context));
