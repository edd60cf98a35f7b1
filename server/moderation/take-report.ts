import { type ReportLetter, reportLimits } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { findUser } from '../accounts/account-store.ts';
import { mayKnow } from '../relationships/servers-of.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import { newestMembersFrom } from '../spaces/members-of-server.ts';
import { findSpaceRow } from '../spaces/space-store.ts';
import type { Reader } from '../storage/database.ts';
import { keepReport, type Place } from './keep-report.ts';
import type { ReportParts } from './report-parts.ts';
import { openOfOrigin, type ReportRow } from './report-store.ts';

/** A report by somebody of another homeserver, which is proven. What is not to be believed is dropped without a word. [RPT-6] */
export async function takeReport(parts: ReportParts, server: string, letter: ReportLetter): Promise<void> {
  const { database, commit, clock, signals } = parts;
  if ((await database.read((reader) => listsFor(parts, reader, server, letter))).length === 0) return;
  const place = await placeOf(parts, letter);
  if (place === undefined) return;
  const told = await commit(async (tx) => {
    const lists = await listsFor(parts, tx, server, letter);
    return keepReport(tx, { letter, place, origin: server, reporter: null, lists, now: clock.now() });
  });
  for (const shown of told) signals.send(shown);
}

/** Null for a report about no message, undefined for one that proves nothing. */
async function placeOf({ check }: ReportParts, letter: ReportLetter): Promise<Place | null | undefined> {
  if (letter.lines.length === 0) return null;
  return letter.hub === null ? undefined : (await check?.(letter.hub, [letter]))?.[0];
}

/** Whom a report concerns here: nobody, where its sender has nothing to do with it. */
async function listsFor(
  { serverName: self }: ReportParts,
  reader: Reader,
  server: string,
  { user, space, hub, lines }: ReportLetter,
): Promise<ReportRow['list'][]> {
  const { count } = (await reader.get(openOfOrigin, { origin: server })) ?? { count: 0 };
  if (Number(count) >= reportLimits.openOfServer) return [];
  const row = space === null || hub !== self ? undefined : await reader.get(findSpaceRow, { space });
  const isMember = row && (await newestMembersFrom(reader, { space: row.id, server }, 1)).length > 0;
  const concernsSpace = lines.length > 0 || (row && (await reader.get(findMemberRow, { space: row.id, user })));
  if (row && row.hub === self && isMember && concernsSpace)
    return row.kind === 'community' ? ['moderators', 'admins'] : ['admins'];
  const account = await reader.get(findUser, { id: user });
  const isOurs = account !== undefined && account.home === null && account.handle !== null;
  return isOurs && (lines.length > 0 || (await mayKnow(reader, server, user))) ? ['admins'] : [];
}
