import type { Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { createStore } from 'solid-js/store';
import { findSpace, myId } from '../spaces/world.ts';

export type OwnWish = Pick<VoiceNow, 'muted' | 'deafened' | 'priority'>;

export interface Place {
  space: string;
  channel: string;
}

/** A camera or a shared screen of somebody in the channel. */
export interface Picture {
  producer: string;
  user: string;
  source: Exclude<Source, 'mic' | 'screen_audio'>;
  own: boolean;
  /** Nothing comes for the moment. */
  covered: boolean;
  /** The connection has no room for it. */
  starved: boolean;
  /** Sent in a format that this browser does not know. */
  foreign: boolean;
  stream: MediaStream | undefined;
}

export interface Quality {
  grade: 'good' | 'fair' | 'poor';
  /** Milliseconds there and back. */
  roundTrip: number;
  /** Share of packets that did not arrive, 0 to 1. */
  loss: number;
  way: 'direct' | 'tcp' | 'relay';
}

export interface VoiceNow {
  phase: 'out' | 'joining' | 'in' | 'reconnecting';
  place: Place | undefined;
  /** Why the last try to get in failed, or why one is out. */
  problem: string | undefined;
  /** What the own devices lack. */
  deviceProblem: string | undefined;
  /** None could be opened, although one is wanted. */
  noMicrophone: boolean;
  muted: boolean;
  deafened: boolean;
  /** Whether one wants to be heard above others; counts where one may. */
  priority: boolean;
  rights: readonly Permission[];
  speakers: Record<string, boolean>;
  /** Who holds the floor. */
  active: string | undefined;
  pictures: Picture[];
  /** Ids of the own cameras that are on. */
  cameras: string[];
  screen: boolean;
  quality: Quality | undefined;
}

export const nobodySpeaks = (): Pick<VoiceNow, 'speakers' | 'active'> => ({ speakers: {}, active: undefined });

const [voiceNow, setVoiceNow] = createStore<VoiceNow>({
  phase: 'out',
  place: undefined,
  problem: undefined,
  deviceProblem: undefined,
  noMicrophone: false,
  muted: false,
  deafened: false,
  priority: false,
  rights: [],
  ...nobodySpeaks(),
  pictures: [],
  cameras: [],
  screen: false,
  quality: undefined,
});

/** The voice channel that this device is in. */
export { setVoiceNow, voiceNow };

export function isIn(channel: string): boolean {
  return voiceNow.phase !== 'out' && voiceNow.place?.channel === channel;
}

/** Who is inside, as everybody who sees the channel sees it. */
export function peopleIn(space: string, channel: string): VoiceState[] {
  return (findSpace(space)?.voice ?? []).filter((state) => state.channel === channel);
}

/** Whether somebody is heard just now. What is muted is not, whatever was heard a moment ago. */
export function isSpeaking({ user, channel, muted, server_muted }: VoiceState): boolean {
  return isIn(channel) && !muted && !server_muted && voiceNow.speakers[user.id] === true;
}

/** Who is heard just now, and who holds the floor where that is known. */
export function tellSpeakers(users: readonly string[], active: string | null): void {
  const now = new Set(users);
  const known = Object.fromEntries(Object.keys(voiceNow.speakers).map((user) => [user, now.has(user)]));
  setVoiceNow('speakers', { ...known, ...Object.fromEntries(users.map((user) => [user, true])) });
  if (active !== null) setVoiceNow('active', active);
}

/** Without a microphone one is as silent as when one is muted, and others are told the same. */
export const isSilent = (): boolean => voiceNow.muted || voiceNow.noMicrophone;

/** What the homeserver is told of oneself. */
export const ownWish = (): OwnWish => ({
  muted: isSilent(),
  deafened: voiceNow.deafened,
  priority: voiceNow.priority,
});

/** Oneself as others see it. */
export function myVoiceState(): VoiceState | undefined {
  const { place } = voiceNow;
  return place && peopleIn(place.space, place.channel).find(({ user }) => user.id === myId());
}
