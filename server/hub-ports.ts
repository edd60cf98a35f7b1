import { userSummaryOf } from './accounts/user-summary.ts';
import type { Clock } from './base/clock.ts';
import type { HubPorts } from './federation/hub/hub-bindings.ts';
import { findInviteById, inviteIdOf, inviteWorks } from './spaces/invite-store.ts';
import { findSpaceRow } from './spaces/space-store.ts';

/** What other homeservers are told is asked of the slices. */
export function hubPorts(clock: Clock): HubPorts {
  return {
    async previewInvite(reader, code) {
      const invite = await reader.get(findInviteById, { id: inviteIdOf(code) });
      const row = invite && (await reader.get(findSpaceRow, { space: invite.space }));
      if (!invite || !row || !inviteWorks(invite, clock.now())) return undefined;
      const { id, kind, name, description, member_count, hub } = row;
      const inviter = await userSummaryOf(reader, invite.creator);
      return {
        invite: invite.id,
        space: { id, kind, name, description, member_count, hub },
        inviter: inviter.display_name,
        expires: invite.expires,
      };
    },
  };
}
