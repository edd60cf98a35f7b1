import { findUser } from './accounts/account-store.ts';
import { userSummaryOf } from './accounts/user-summary.ts';
import type { Clock } from './base/clock.ts';
import type { HubPorts, KeptReport } from './federation/hub/hub-ports.ts';
import { reportsChanged } from './moderation/keep-report.ts';
import { closeReportFor, openReportsFor, requireModerator } from './moderation/open-reports.ts';
import type { ReportRow } from './moderation/report-store.ts';
import { botHomes, grantsOf } from './spaces/bot-grants.ts';
import { findInviteById, inviteIdOf, inviteWorks } from './spaces/invite-store.ts';
import { membersFrom, newestMembersFrom } from './spaces/members-of-server.ts';
import {
  channelOf,
  findChannelRow,
  findSpaceRow,
  listChannelRows,
  listRoles,
  profileOf,
} from './spaces/space-store.ts';
import type { Reader } from './storage/database.ts';
import { findStanding, standingIn } from './spaces/standing.ts';
import type { UnlistedMembers } from './spaces/unlisted-members.ts';

/** What the hub side of federation asks the slices. */
export function hubPorts(self: string, clock: Clock, unlisted: Pick<UnlistedMembers, 'hidesIn'>): HubPorts {
  return {
    async previewInvite(reader, code, server) {
      const invite = await reader.get(findInviteById, { id: inviteIdOf(code) });
      const row = invite && (await reader.get(findSpaceRow, { space: invite.space }));
      if (!invite || !row || !inviteWorks(invite, clock.now())) return undefined;
      if (invite.user !== null && !(await mayBeAt(reader, invite.user, server))) return undefined;
      const { id, kind, name, description, member_count, hub } = row;
      const inviter = await userSummaryOf(reader, invite.creator);
      return {
        invite: invite.id,
        space: { id, kind, name, description, member_count, hub },
        inviter: inviter.display_name,
        expires: invite.expires,
      };
    },
    async spaceAccess(reader, space) {
      const row = await reader.get(findSpaceRow, { space });
      if (!row) return undefined;
      const channels = (await listChannelRows(reader, space)).map((channel) => ({
        id: channel.id,
        streamNo: channel.stream_no,
        overrides: channelOf(channel).overrides,
      }));
      const grants = new Map((await grantsOf(reader, space)).map((grant) => [grant.bot, grant]));
      return { owner: row.owner, kind: row.kind, roles: await listRoles(reader, space), channels, grants };
    },
    membersFrom: (reader, space, server, named) => membersFrom(reader, { space, server }, named),
    botHomes,
    newestMembersFrom: (reader, space, server, limit) => newestMembersFrom(reader, { space, server }, limit),
    homeOf: async (reader, user) => (await reader.get(findUser, { id: user }))?.home,
    async findSpace(reader, space) {
      const row = await reader.get(findSpaceRow, { space });
      return row && { profile: profileOf(row), memberCount: row.member_count };
    },
    hidesMembersIn: (space) => unlisted.hidesIn(space),
    async maySend(reader, space, channel, user, now) {
      const inSpace = await findStanding(reader, space, user, now);
      const row = await reader.get(findChannelRow, { space, channel });
      if (!inSpace || !row || inSpace.member.unlisted) return false;
      return standingIn(inSpace, row, now)?.permissions.has('message.send') ?? false;
    },
    async openReports(reader, space, user) {
      const now = clock.now();
      const standing = await requireModerator(reader, space, user, now);
      const { rows, more } = await openReportsFor(reader, standing, now);
      return { reports: rows.map((row) => keptReport(row, self)), more };
    },
    async closeReport(tx, { space, user, ...closing }) {
      const now = clock.now();
      const standing = await requireModerator(tx, space, user, now);
      return (await closeReportFor(tx, standing, closing, now)) ? reportsChanged(space) : undefined;
    },
  };
}

function keptReport(row: ReportRow, self: string): KeptReport {
  const { id, user, text, ts, message } = row;
  return {
    id,
    user,
    reasons: JSON.parse(row.reasons) as KeptReport['reasons'],
    text,
    ts,
    from: row.origin === '' ? self : row.origin,
    channel: row.stream,
    message,
    lines: JSON.parse(row.lines) as string[],
  };
}

/** Whether a user may be one of a homeserver: who was never heard of here may be of any. */
async function mayBeAt(reader: Reader, user: string, server: string): Promise<boolean> {
  const row = await reader.get(findUser, { id: user });
  return row === undefined || row.home === server;
}
