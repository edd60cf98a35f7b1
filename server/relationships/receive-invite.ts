import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { isBlocked } from './blocks.ts';
import { homeOf } from './home-of.ts';
import type { DirectInvite, PeopleParts } from './parts.ts';
import { admits } from './privacy.ts';
import { isFriend } from './relationship-store.ts';
import {
  countEvery,
  countEveryFrom,
  countOpen,
  countOpenFrom,
  everyFrom,
  findRequest,
  putRequest,
  type RequestRow,
} from './request-store.ts';

/** Requests of one sender that are kept. */
const FROM_ONE = 20;
/** How many times as many as are shown may be kept back. */
const KEPT_BACK = 5;

export interface ReceivedInvite {
  told: Shown[];
  /** To be accepted at once, and where that fails to be shown as a request. */
  accept?: RequestRow;
}

type Parts = Pick<PeopleParts, 'clock' | 'spaces' | 'serverName'>;

/**
 * A user of this homeserver is invited to a direct message or group: by a friend, then it is accepted; by anybody else, then it waits; or
 * it is kept back, which nobody can see from outside. [REQ-1] [REQ-3]
 */
export async function receiveInvite(
  parts: Parts,
  tx: Writer,
  user: string,
  sender: string,
  invite: DirectInvite,
): Promise<ReceivedInvite> {
  const none = { told: [] };
  const before = await tx.get(findRequest, { user, space: invite.space });
  if (before?.state === 'ignored') return none;
  const row: RequestRow = { user, sender, ...invite, ts: parts.clock.now(), state: 'open' };
  const isOfFriend = await isFriend(tx, user, sender);
  if (isOfFriend && invite.hub === parts.serverName) {
    const told = before ? [removedRequest(user, invite.space)] : [];
    if (await joined(parts, tx, user, invite.code)) return { told };
  }
  if (!before && !(await hasRoomFor(tx, user, sender))) return none;
  if (isOfFriend && invite.hub !== parts.serverName) {
    await tx.run(putRequest, row);
    return { told: [], accept: row };
  }
  const isAdmitted = !(await isBlocked(tx, user, sender)) && (await admits(parts, tx, user, 'requests_from', sender));
  await tx.run(putRequest, { ...row, state: isAdmitted ? 'open' : 'ignored' });
  return { told: isAdmitted ? [await addedRequest(tx, row)] : [] };
}

/** One sender leaves room for others of their home, and one homeserver for all others. [REL-10] */
async function hasRoomFor(reader: Reader, user: string, sender: string): Promise<boolean> {
  const isBelow = (row: { count: number } | undefined, limit: number) => Number(row?.count) < limit;
  const { requestsPerUser: all, requestsFromOneHome: fromOneHome } = limits;
  if ((await reader.all(everyFrom, { user, sender })).length >= FROM_ONE) return false;
  if (!isBelow(await reader.get(countOpen, { user }), all)) return false;
  if (!isBelow(await reader.get(countEvery, { user }), KEPT_BACK * all)) return false;
  const home = await homeOf(reader, sender);
  if (home === undefined) return true;
  if (!isBelow(await reader.get(countOpenFrom, { user, home }), fromOneHome)) return false;
  return isBelow(await reader.get(countEveryFrom, { user, home }), KEPT_BACK * fromOneHome);
}

/** A limit of the user's own keeps nobody from writing: it is a request then. */
async function joined({ spaces }: Parts, tx: Writer, user: string, code: string): Promise<boolean> {
  try {
    await tx.savepoint(() => spaces.join(tx, user, code));
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'limit_reached') return false;
    throw error;
  }
}

export async function addedRequest(reader: Reader, { user, space, kind, sender, ts }: RequestRow): Promise<Shown> {
  const request = { space, kind, from: await userSummaryOf(reader, sender), ts };
  return { audience: { to: 'user', user }, t: 'request.added', d: { request } };
}

export function removedRequest(user: string, space: string): Shown {
  return { audience: { to: 'user', user }, t: 'request.removed', d: { space } };
}
