import { remembered } from '../ui/remember.ts';

export interface VoiceSettings {
  /** Ids of devices; empty for the one that the system prefers. */
  microphone: string;
  speaker: string;
  camera: string;
  noiseSuppression: boolean;
  echoCancellation: boolean;
  automaticGain: boolean;
  /** When the microphone is open: while something is heard, or while a key is held. */
  opens: 'activity' | 'key';
  /** dBFS above which something counts as heard. */
  threshold: number;
  /** `KeyboardEvent.code` of the key that is held to talk. */
  talkKey: string;
  /** What is worth more on a shared screen: that text stays sharp, or that movement is smooth. */
  screenFor: 'text' | 'motion';
  /** `efficient` sends cameras with layers inside one encoding also where this costs effort. */
  cameraFormat: 'auto' | 'efficient' | 'compatible';
  relayOnly: boolean;
  sounds: boolean;
}

const initial: VoiceSettings = {
  microphone: '',
  speaker: '',
  camera: '',
  noiseSuppression: true,
  echoCancellation: true,
  automaticGain: true,
  opens: 'activity',
  threshold: -70,
  talkKey: 'ControlRight',
  screenFor: 'text',
  cameraFormat: 'auto',
  relayOnly: false,
  sounds: true,
};

const [kept, setKept] = remembered<Partial<VoiceSettings>>('voice', {});

/** How one takes part in voice on this device. */
export function voiceSettings(): VoiceSettings {
  return { ...initial, ...kept() };
}

export function setVoiceSettings(change: Partial<VoiceSettings>): void {
  setKept({ ...kept(), ...change });
}

interface Hearing {
  /** 0 to 2; 1 is as loud as it comes. */
  volume: number;
  muted: boolean;
}

const [hearings, setHearings] = remembered<Record<string, Hearing>>('hearing', {});

/** How loud somebody is for oneself only. */
export function hearingOf(user: string): Hearing {
  return hearings()[user] ?? { volume: 1, muted: false };
}

export function setHearing(user: string, change: Partial<Hearing>): void {
  const next = { ...hearingOf(user), ...change };
  const { [user]: _, ...others } = hearings();
  setHearings(next.volume === 1 && !next.muted ? others : { ...others, [user]: next });
}

/** `ControlRight` as people say it. */
export function sayKey(code: string): string {
  return code
    .replace(/^(Key|Digit)/, '')
    .replace(/^Numpad/, 'Numpad ')
    .replace(/^(Control|Shift|Alt|Meta)(Left|Right)$/, '$2 $1')
    .replace('Control', 'Ctrl');
}
