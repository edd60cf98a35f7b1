import type { Channel, PresenceSetting, ReadState, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { RoleRights } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Reader } from '../storage/database.ts';

/** What decides who sees what in a space. */
export interface SpaceAccess {
  owner: string;
  roles: readonly RoleRights[];
  channels: readonly { id: string; overrides: readonly Override[] }[];
}

/** What the gateway asks the slices. Each answer is of the snapshot of `reader`. */
export interface GatewayPorts {
  /** Whose access token this is, and of which session; undefined where it is wrong or has ended. */
  authenticate(token: string): Promise<{ user: string; session: string; bot?: boolean } | undefined>;
  /** Position of the newest line of the log. */
  head(reader: Reader): Promise<number>;
  openingState(reader: Reader, user: string): Promise<OpeningState>;
  /** One space as its member sees it; undefined for whoever is no member. */
  openingSpace(reader: Reader, user: string, space: string): Promise<Space | undefined>;
  /** Undefined where the space is deleted or unknown. */
  spaceAccess(reader: Reader, space: string): Promise<SpaceAccess | undefined>;
  /** Roles of a member; undefined for whoever is no member. */
  memberRoles(reader: Reader, space: string, user: string): Promise<{ roles: readonly string[] } | undefined>;
  channelView(
    reader: Reader,
    user: string,
    space: string,
    channel: string,
  ): Promise<{ channel: Channel; view: ReadState } | undefined>;
}

/** An open session as others see it. */
export interface GatewaySession {
  readonly user: string;
  /** Whether it has a socket. */
  readonly isConnected: boolean;
}

/** Sends a gateway event to sessions; it is counted and replayed like any other. */
export type Tell = (sessions: Iterable<GatewaySession>, t: string, d: object) => void;

/** Who follows the coming and going of sessions: presence. */
export interface SessionWatcher {
  connect(tell: Tell): void;
  opened(session: GatewaySession, setting: PresenceSetting): void;
  /** Its socket is gone; it may come back. */
  detached(session: GatewaySession): void;
  resumed(session: GatewaySession): void;
  ended(session: GatewaySession): void;
  idle(session: GatewaySession, idle: boolean): void;
  watch(session: GatewaySession, users: readonly string[]): void;
  settingChanged(user: string): void;
  /** The user shares a space with fewer people than before. */
  leftSpace(user: string): void;
}
