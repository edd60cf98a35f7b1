import type { PeerInvitePreview } from '@folkmoot/protocol-spec/schemas/federation/invites.ts';
import type { SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Reader } from '../../storage/database.ts';
import type { RemoteMember, SpaceAccess } from './visible-channels.ts';

/** What the hub side of federation asks the slices. Each answer is of the snapshot of `reader`. */
export interface HubPorts {
  /** Undefined where the invite does not work. */
  previewInvite(reader: Reader, code: string, server: string): Promise<Omit<PeerInvitePreview, 'v'> | undefined>;
  /** Undefined where the space is deleted or unknown. */
  spaceAccess(reader: Reader, space: string): Promise<SpaceAccess | undefined>;
  /** Members from one homeserver: one of each set of roles, all bots, and those named. */
  membersFrom(reader: Reader, space: string, server: string, named: readonly string[]): Promise<RemoteMember[]>;
  /** Homeservers other than this one with bots in a space. */
  botHomes(reader: Reader, space: string): Promise<string[]>;
  newestMembersFrom(reader: Reader, space: string, server: string, limit: number): Promise<string[]>;
  /** Null for an account of this homeserver, undefined for somebody unknown. */
  homeOf(reader: Reader, user: string): Promise<string | null | undefined>;
  /** Undefined where the space is deleted or unknown. */
  findSpace(reader: Reader, space: string): Promise<{ profile: SpaceProfile; memberCount: number } | undefined>;
  /** False where every line of `_` may be told to all. */
  hidesMembersIn(space: string): boolean;
  /** Whether a member might write in a channel now, so that others may see that they are about to. */
  maySend(reader: Reader, space: string, channel: string, user: string, now: number): Promise<boolean>;
}
