import type { Channel } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import {
  type ChannelStanding,
  requireAbove,
  requireChannelStanding,
  requirePermission,
  requireRankOf,
  type Standing,
} from '../spaces/standing.ts';
import { findServerMute, type ServerMute } from '../spaces/audit-store.ts';
import { findMemberRights } from '../spaces/bot-grants.ts';
import { spaceAccess } from '../spaces/space-access.ts';
import type { Reader } from '../storage/database.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { permissionsOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Place, VoiceRights } from './participant.ts';

/** Throws `not_found` where the channel must not be seen, and `missing_permission` where it may not be entered. */
export async function requireEntry(
  reader: Reader,
  { space, channel }: Place,
  { user, server, now }: { user: string; server: string; now: number },
): Promise<{ user: UserSummary; rights: VoiceRights; serverMute: ServerMute; channel: Channel; isCall: boolean }> {
  const standing = await requireChannelStanding(reader, space, channel, user, now);
  requireVoiceChannel(standing);
  requireHub(standing, server);
  requirePermission(standing, 'voice.connect');
  return {
    user: await userSummaryOf(reader, user),
    rights: rightsOf(standing),
    serverMute: await findServerMute(reader, space, user),
    channel: standing.channel,
    isCall: isDirect(standing),
  };
}

/** Throws Refusal where somebody may not let programs stream into the channel, or watch it. [VOX-19] */
export async function requireStreamer(
  reader: Reader,
  place: Place,
  who: { user: string; server: string; now: number },
): Promise<void> {
  const { rights } = await requireEntry(reader, place, who);
  const { permissions, until } = rights;
  if (permissions.has('voice.screen')) return;
  if (until !== null && until > who.now) throw new Refusal('timed_out', { until });
  throw new Refusal('missing_permission', { permission: 'voice.screen' });
}

/** The hub that carries the voice of a channel; undefined where that is this homeserver. Throws `not_found`. */
export async function hubOfVoice(
  reader: Reader,
  { space, channel }: Place,
  { user, server, now }: { user: string; server: string; now: number },
): Promise<string | undefined> {
  const standing = await requireChannelStanding(reader, space, channel, user, now);
  requireVoiceChannel(standing);
  return standing.space.hub === server ? undefined : standing.space.hub;
}

/** What each of them may where they are; undefined for whoever may not be there any more. The space is read once for all. */
export async function rightsOfAll(
  reader: Reader,
  space: string,
  people: readonly { user: string; channel: string }[],
  now: number,
): Promise<(VoiceRights | undefined)[]> {
  const access = await spaceAccess(reader, space);
  const found: (VoiceRights | undefined)[] = [];
  for (const { user, channel } of people) {
    const overrides = access?.channels.find(({ id }) => id === channel)?.overrides;
    const member = access && overrides && (await findMemberRights(reader, space, user, now));
    if (!member) {
      found.push(undefined);
      continue;
    }
    const { owner, kind, roles } = access;
    const permissions = permissionsOf({ owner, kind, roles, member, channel, overrides, now });
    found.push(permissions.has('voice.connect') ? { permissions, until: member.timeout } : undefined);
  }
  return found;
}

/** Throws unless `moderator` may do this to `user` in the channel that the user is in. */
export async function requireOver(
  reader: Reader,
  { space, channel }: Place,
  { moderator, user, permission }: { moderator: string; user: string; permission: Permission },
  now: number,
): Promise<void> {
  const standing = await requireChannelStanding(reader, space, channel, moderator, now);
  requirePermission(standing, permission);
  // Somebody without membership, from another homeserver, stands below all roles.
  requireAbove(standing, await requireRankOf(reader, standing, user));
}

function requireHub({ space: { hub } }: Standing, server: string): void {
  if (hub !== server) throw new Refusal('voice_elsewhere', { hub });
}

const isDirect = ({ space }: Standing) => space.kind !== 'community';

/** A direct message or group is a place for voice too. [CALL-1] */
export function requireVoiceChannel(standing: ChannelStanding): void {
  const { channel } = standing;
  if (channel.kind !== 'voice' && !isDirect(standing))
    throw new Refusal('invalid_body', { path: '/d/channel', expected: 'a voice channel', found: channel.kind });
}

function rightsOf({ permissions, member }: ChannelStanding): VoiceRights {
  return { permissions, until: member.timeout };
}
