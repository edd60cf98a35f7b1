import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { type Permission, permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { GatewaySession } from '../gateway/ports.ts';
import type { Peer, Silence } from './peer.ts';

/** Where a participant is told things: a gateway session, or the connection of a guest. */
export type Seat = GatewaySession | GuestSeat;

/**
 * A connection of somebody who has no gateway session here, such as a member whose account is on another homeserver. Whoever opened
 * it has made sure who it is; it is good for one channel.
 */
export interface GuestSeat {
  readonly user: string;
  readonly isConnected: boolean;
  readonly only: Place;
  tell(t: string, d: object): void;
}

export const isGuest = (seat: Seat): seat is GuestSeat => 'only' in seat;

/** What somebody may do in a voice channel, whoever found it out. */
export interface VoiceRights {
  permissions: ReadonlySet<Permission>;
  /** When a timeout ends that takes some of them. */
  until: number | null;
}

export interface Place {
  space: string;
  channel: string;
}

/** Somebody in a voice channel. */
export interface Participant {
  readonly seat: Seat;
  user: UserSummary;
  readonly place: Place;
  rights: VoiceRights;
  muted: boolean;
  deafened: boolean;
  /** Whether they want to be heard above others; counts with `voice.priority` only. [VOX-24] */
  priority: boolean;
  /** By a moderator; holds in the whole space. */
  serverMuted: boolean;
  serverDeafened: boolean;
  peer: Peer | undefined;
  /** Until when it has to be back, or to have joined again. */
  away: NodeJS.Timeout | undefined;
  timeout: NodeJS.Timeout | undefined;
}

export function stateOf(participant: Participant): VoiceState {
  const { user, place, muted, deafened, priority, serverMuted, serverDeafened, rights, peer } = participant;
  const sources = new Set([...(peer?.producers.values() ?? [])].map(({ source }) => source));
  return {
    channel: place.channel,
    user,
    muted,
    deafened,
    server_muted: serverMuted || !rights.permissions.has('voice.speak'),
    server_deafened: serverDeafened,
    camera: sources.has('camera'),
    screen: sources.has('screen'),
    ...(priority && rights.permissions.has('voice.priority') ? { priority } : {}),
  };
}

export function silenceOf({ muted, deafened, serverMuted, serverDeafened, rights }: Participant): Silence {
  return {
    mic: muted || serverMuted || !rights.permissions.has('voice.speak'),
    ears: deafened || serverDeafened,
  };
}

export const rightsShown = ({ permissions }: VoiceRights): Permission[] =>
  permissionNames.filter((name) => name.startsWith('voice.') && permissions.has(name));

export const isSameRights = (a: VoiceRights, b: VoiceRights): boolean =>
  a.until === b.until && rightsShown(a).join() === rightsShown(b).join();
