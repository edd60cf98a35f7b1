import type { PeerInvitePreview } from '@folkmoot/protocol-spec/schemas/federation/invites.ts';
import type { SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { PeerReport } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import type { Reader, Writer } from '../../storage/database.ts';
import type { Shown } from '../../streams/binding.ts';
import type { RemoteMember, SpaceAccess } from './visible-channels.ts';

export type KeptReport = Omit<PeerReport, 'lines'> & { lines: string[] };

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
  /** What a moderator may read. Throws `not_found` and `missing_permission`. */
  openReports(reader: Reader, space: string, user: string): Promise<{ reports: KeptReport[]; more: boolean }>;
  /** What is to be told then; undefined where there is none that is open. Throws `not_found` and `missing_permission`. */
  closeReport(
    tx: Writer,
    closing: { space: string; user: string; report: string; outcome: 'resolved' | 'dismissed' },
  ): Promise<Shown | undefined>;
}
