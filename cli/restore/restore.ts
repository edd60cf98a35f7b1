import { Command } from 'commander';
import type { Context } from '../context.ts';
import { finishRestore } from './finish-restore.ts';
import { restoreStatus } from './restore-status.ts';

export const restore = (context: Context) =>
  new Command('restore')
    .description(
      'After a backup was put back: see what other homeservers hand back of what is missing, and go on without the rest.',
    )
    .addCommand(restoreStatus(context), { isDefault: true })
    .addCommand(finishRestore(context));
