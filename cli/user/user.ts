import { Command } from 'commander';
import type { Context } from '../context.ts';
import { createUser } from './create-user.ts';
import { grantAdmin } from './grant-admin.ts';
import { listUsers } from './list-users.ts';
import { resetPassword } from './reset-password.ts';
import { restoreUser } from './restore-user.ts';
import { suspendUser } from './suspend-user.ts';

export const user = (context: Context) =>
  new Command('user')
    .description('Make and manage accounts. A user is named by handle, address or id.')
    .addCommand(createUser(context))
    .addCommand(listUsers(context))
    .addCommand(suspendUser(context))
    .addCommand(restoreUser(context))
    .addCommand(resetPassword(context))
    .addCommand(grantAdmin(context));
