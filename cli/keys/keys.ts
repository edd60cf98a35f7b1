import { Command } from 'commander';
import type { Context } from '../context.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKeys } from './rotate-keys.ts';
import { showKeys } from './show-keys.ts';

export const keys = (context: Context) =>
  new Command('keys')
    .description('Look at the keys that this homeserver signs with, and replace them.')
    .addCommand(showKeys(context))
    .addCommand(rotateKeys(context))
    .addCommand(revokeKey(context));
