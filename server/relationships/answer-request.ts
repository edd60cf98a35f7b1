import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Refusal } from '../base/errors.ts';
import type { PeopleParts } from './parts.ts';
import { addedRequest, removedRequest } from './receive-invite.ts';
import { deleteRequest, everyFrom, findRequest, ignoreRow, reopenRow, type RequestRow } from './request-store.ts';

type Parts = Pick<PeopleParts, 'database' | 'commit' | 'spaces' | 'signals' | 'serverName' | 'log'>;

/** Joins what the request is about. Throws `not_found`, or `invite_gone`, and then the request is gone too. [REQ-2] */
export async function acceptRequest(parts: Parts, user: string, space: string): Promise<Space> {
  const { database, commit, spaces, signals, serverName } = parts;
  const row = await database.read((reader) => reader.get(findRequest, { user, space }));
  if (row?.state !== 'open') throw new Refusal('not_found');
  try {
    if (row.hub !== serverName) await spaces.joinAtHub(user, row);
    const opened = await commit(async (tx) => {
      if (row.hub === serverName) await spaces.join(tx, user, row.code);
      await tx.run(deleteRequest, { user, space });
      return spaces.requireOpening(tx, user, space);
    });
    signals.send(removedRequest(user, space));
    return opened;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invite_gone') {
      await commit((tx) => tx.run(deleteRequest, { user, space }));
      signals.send(removedRequest(user, space));
    }
    throw error;
  }
}

/** The direct message that another one asked for already, whatever became of the request; undefined where there is none. [DM-1] */
export async function acceptDirectOf(parts: Parts, user: string, sender: string): Promise<Space | undefined> {
  const row = await parts.commit(async (tx) => {
    const asked = (await tx.all(everyFrom, { user, sender })).find(({ kind }) => kind === 'dm');
    if (asked) await tx.run(reopenRow, asked);
    return asked;
  });
  if (!row) return undefined;
  try {
    return await acceptRequest(parts, user, row.space);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invite_gone') return undefined;
    throw error;
  }
}

/** Throws `not_found`. [REQ-3] */
export async function ignoreRequest({ commit, signals }: Parts, user: string, space: string): Promise<void> {
  if ((await commit((tx) => tx.run(ignoreRow, { user, space }))) === 0) throw new Refusal('not_found');
  signals.send(removedRequest(user, space));
}

/** The invite of a friend to a space of another homeserver; where that cannot be reached now, the user sees a request. */
export async function acceptOfFriend(parts: Parts, row: RequestRow): Promise<void> {
  try {
    await acceptRequest(parts, row.user, row.space);
  } catch (error) {
    parts.log.info({ err: error, space: row.space }, 'the invite of a friend could not be accepted yet');
    const shown = await parts.database.read(async (reader) => {
      const kept = await reader.get(findRequest, row);
      return kept?.state === 'open' ? addedRequest(reader, kept) : undefined;
    });
    if (shown) parts.signals.send(shown);
  }
}
