import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@folkmoot/server/base/settings.ts';
import { CommandError } from '../command-error.ts';

/**
 * Throws CommandError `not_allowed` where this user may not open it, `no_data` where there is nothing, and `other_user` where root would open it: files that root makes there
 * lock the homeserver out.
 */
export function requireOwnData(config: Pick<Config, 'data' | 'database'>, create: boolean): void {
  const { data } = config;
  requireAccess(data);
  if (isNew(config) && !create) {
    throw new CommandError(
      'no_data',
      `There is no homeserver in ${data}. Start it once, or say where its data is: --data or FOLKMOOT_DATA.`,
      { exit: 'unreachable' },
    );
  }
  const owner = otherOwnerOf(data);
  if (owner === undefined) return;
  throw new CommandError(
    'other_user',
    `${data} belongs to the user with number ${owner}. Run this as that user: sudo -u '#${owner}' folkmoot …`,
    { exit: 'unreachable' },
  );
}

function requireAccess(data: string): void {
  if (!existsSync(data)) return;
  try {
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const message = `This user may not open ${data}. Run this as the user of the homeserver.`;
    throw new CommandError('not_allowed', message, { exit: 'unreachable' });
  }
}

export const isNew = ({ data, database }: Pick<Config, 'data' | 'database'>) =>
  database === undefined && !existsSync(join(data, 'folkmoot.db'));

/** The owner of the folder where root runs this and is not it. */
export function otherOwnerOf(data: string): number | undefined {
  if (process.getuid?.() !== 0 || !existsSync(data)) return undefined;
  const { uid } = statSync(data);
  return uid === 0 ? undefined : uid;
}
