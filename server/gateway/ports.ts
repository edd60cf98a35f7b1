import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import type { Channel, ReadState, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { RoleRights } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Reader } from '../storage/database.ts';

/** What decides who sees what in a space. */
export interface SpaceAccess {
  owner: string;
  kind?: Space['kind'];
  roles: readonly RoleRights[];
  channels: readonly { id: string; overrides: readonly Override[] }[];
  /** Of bots, by user. */
  grants?: ReadonlyMap<string, BotGrant>;
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
  ): Promise<{ channel: Channel; view: ReadState; voice?: VoiceState[] } | undefined>;
}

/** An open session as others see it. */
export interface GatewaySession {
  readonly user: string;
  /** The session, or the token of a bot, with which it was opened. */
  readonly login: string;
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
  /** Friends or blocks of a user changed. */
  relationsChanged(user: string): void;
  /** The user shares a space with fewer people than before. */
  leftSpace(user: string): void;
}

/** Sends a frame to sessions that have a socket; it is neither counted nor replayed. */
export type Notify = (sessions: Iterable<GatewaySession>, t: string, d: object) => void;

/** Who answers requests about voice. */
export interface VoiceDoor {
  connect(notify: Notify): void;
  /** Never rejects. `d` is whatever a client sent. */
  answer(session: GatewaySession, method: string, d: unknown): Promise<{ ok: object } | { error: ErrorAnswer }>;
  /** Its socket is gone; it may come back. */
  detached(session: GatewaySession): void;
  resumed(session: GatewaySession): void;
  ended(session: GatewaySession): void;
}
