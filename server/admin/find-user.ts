import { findUser, findUserByHandle, type UserRow } from '../accounts/account-store.ts';
import type { Reader } from '../storage/database.ts';
import { OperationError } from './operation.ts';

/** Whoever an admin means by `alice`, `@alice`, `alice@home.example` or `u_…`. Throws OperationError `not_found`. */
export async function requireUser(reader: Reader, serverName: string, named: string): Promise<UserRow> {
  const row = await findNamed(reader, serverName, named);
  if (row === undefined) throw new OperationError('not_found', `There is no user ${named} on this homeserver.`);
  return row;
}

async function findNamed(reader: Reader, serverName: string, named: string): Promise<UserRow | undefined> {
  const byId = await reader.get(findUser, { id: named });
  if (byId) return byId.home === null ? byId : undefined;
  const [, handle = '', home = serverName] = /^@?([^@]+)(?:@(.+))?$/.exec(named.toLowerCase()) ?? [];
  return home === serverName ? reader.get(findUserByHandle, { handle }) : undefined;
}

/** Like `requireUser`, and not somebody whose account was deleted. */
export async function requireAccount(reader: Reader, serverName: string, named: string): Promise<UserRow> {
  const row = await requireUser(reader, serverName, named);
  if (row.state === 'deleted') throw new OperationError('not_found', `The account ${named} was deleted.`);
  return row;
}
